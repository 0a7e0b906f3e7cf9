import * as Flags from '@oclif/core/flags'
import {AlarmActCommand, actFlags, idArgs} from '../../cli/alarm-act-command.ts'
import {withVariables} from '../../cli/flags.ts'
import type {ActRow} from '../../cli/render/alarms.ts'

export default class AlarmRoute extends AlarmActCommand {
  static override summary = 'Give alarms to a site or a jurisdiction: the way out of the queue of the unrouted.'
  static override description =
    'Concerns these alarms only: a panel in the inventory routes what its account sends from then on.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 12 --site harbour-4',
    '<%= config.bin %> alarm list --unrouted -o name | <%= config.bin %> <%= command.id %> - --jurisdiction baltimore.central',
  ]
  static override strict = false
  static override args = idArgs
  static override flags = withVariables({
    site: Flags.string({helpValue: 'KEY', description: 'site of the inventory; brings its jurisdiction along'}),
    jurisdiction: Flags.string({helpValue: 'PATH', description: 'who is responsible; overrides the one of the site'}),
    ...actFlags,
  })

  async run(): Promise<{alarms: ActRow[]}> {
    const {argv, flags} = await this.parse(AlarmRoute)
    const {site, jurisdiction} = flags
    const {CitywatchError} = await import('../../lib/errors.ts')
    if (site === undefined && jurisdiction === undefined) {
      throw new CitywatchError('CW_USAGE', {detail: 'name --site or --jurisdiction'})
    }
    return this.act(argv, flags, {
      verb: 'route',
      ...(site === undefined ? {} : {site}),
      ...(jurisdiction === undefined ? {} : {jurisdiction}),
    })
  }
}
