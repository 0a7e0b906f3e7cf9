import type {ProvisionReport} from '../../../camera/provision/fleet.ts'
import {BaseCommand} from '../../../cli/base-command.ts'
import {withVariables, yesFlag} from '../../../cli/flags.ts'
import {provisionArgs, provisionFlags} from '../../../cli/provision/flags.ts'

export default class CameraProvisionApply extends BaseCommand {
  static override summary = 'Set NTP servers, host name and name on cameras, and read each back.'
  static override description =
    `A camera counts as updated only when it says its new values itself. The first camera of a login goes alone, then five, then the rest; after three refusals in a row the password is tried on no other. Running it again finishes what was left. Exit status 3 when a camera is not as wanted.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> --all --ntp 10.0.0.1 --user admin --password-file pw.txt --yes',
    '<%= config.bin %> <%= command.id %> --all --jurisdiction city.north --name {name} --max-fail 10',
    "echo 10.0.0.5 | <%= config.bin %> <%= command.id %> - --ntp 10.0.0.1 --yes --json | jq '.summary'",
  ]
  static override strict = false
  static override args = provisionArgs
  static override flags = withVariables({yes: yesFlag, ...provisionFlags})

  async run(): Promise<unknown> {
    const {argv, flags} = await this.parse(CameraProvisionApply)
    const {provisionReports} = await import('../../../cli/provision/run.ts')
    const render = await import('../../../cli/render/provision.ts')
    const seen: ProvisionReport[] = []
    const reports = provisionReports({mode: 'apply', args: argv as string[], flags, clock: this.clock, seen})
    const cameras = await this.rows(reports, render.PROVISION_COLUMNS, flags, ({camera}) => camera)
    const summary = render.summariseProvision(seen)
    this.note(render.provisionLines(seen))
    if (!render.isComplete(summary)) process.exitCode ||= 3
    return {summary, cameras}
  }
}
