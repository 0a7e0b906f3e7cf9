/** `site list`: the sites of the platform with what stands in them. */
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {outputFlags, platformFlags, withVariables} from '../../cli/flags.ts'
import type {Column} from '../../cli/render/rows.ts'
import type {SiteTally} from '../../site/tally.ts'

const COLUMNS: readonly Column<SiteTally>[] = [
  {name: 'site', header: 'SITE', value: ({key}) => key || '(none)'},
  {name: 'name', header: 'NAME', value: ({name}) => name},
  {name: 'jurisdiction', header: 'JURISDICTION', value: ({jurisdiction}) => jurisdiction, wide: true},
  {name: 'cameras', header: 'CAMERAS', value: ({cameras}) => cameras},
  {name: 'addressed', header: 'WITH ADDRESS', value: ({addressed}) => addressed},
  {name: 'panels', header: 'PANELS', value: ({panels}) => panels},
  {name: 'zones', header: 'ZONES', value: ({zones}) => zones},
]

export default class SiteList extends BaseCommand {
  static override summary = 'List sites with the number of cameras, panels and zones in each.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --jurisdiction baltimore.central -o csv',
  ]
  static override flags = withVariables({
    jurisdiction: Flags.string({helpValue: 'PREFIX', description: 'only sites within this jurisdiction'}),
    ...outputFlags,
    ...platformFlags,
  })

  async run(): Promise<{sites: SiteTally[]}> {
    const {flags} = await this.parse(SiteList)
    const {platformClient} = await import('../../cli/context.ts')
    const {tallySites} = await import('../../site/tally.ts')
    const {prefixOf} = await import('../../cli/access.ts')
    const prefix = prefixOf(flags.jurisdiction ?? '')
    const {devices} = await (await platformClient(flags)).inventory(prefix)
    const tallies = tallySites(devices, prefix)
    return {sites: await this.rows(tallies, COLUMNS, flags, ({key}) => key)}
  }
}
