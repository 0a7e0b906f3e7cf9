import * as Flags from '@oclif/core/flags'
import type {ProvisionReport} from '../../../camera/provision/fleet.ts'
import {BaseCommand} from '../../../cli/base-command.ts'
import {withVariables} from '../../../cli/flags.ts'
import {provisionArgs, provisionFlags} from '../../../cli/provision/flags.ts'

export default class CameraProvisionPlan extends BaseCommand {
  static override summary = 'Show what `camera provision apply` would change; the cameras are only read.'
  static override description =
    `A setting that no flag names is left as it is. Exit status 8 with --check when a camera differs, 3 when a camera could not be read.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> --all --ntp 10.0.0.1 --ntp pool.ntp.org --user admin --password-file pw.txt',
    '<%= config.bin %> <%= command.id %> 10.0.0.5 10.0.0.6 --hostname cam-{key} --check',
  ]
  static override strict = false
  static override args = provisionArgs
  static override flags = withVariables({
    check: Flags.boolean({description: 'exit 8 when a camera differs'}),
    ...provisionFlags,
  })

  async run(): Promise<unknown> {
    const {argv, flags} = await this.parse(CameraProvisionPlan)
    const {provisionReports} = await import('../../../cli/provision/run.ts')
    const render = await import('../../../cli/render/provision.ts')
    const seen: ProvisionReport[] = []
    const reports = provisionReports({mode: 'plan', args: argv as string[], flags, clock: this.clock, seen})
    const cameras = await this.rows(reports, render.PROVISION_COLUMNS, flags, ({camera}) => camera)
    const summary = render.summariseProvision(seen)
    this.note(render.provisionLines(seen))
    if (flags.check && summary.differs > 0) process.exitCode ||= 8
    else if (!render.isComplete(summary)) process.exitCode ||= 3
    return {summary, cameras}
  }
}
