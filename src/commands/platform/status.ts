import {BaseCommand} from '../../cli/base-command.ts'
import {platformFlags, withVariables} from '../../cli/flags.ts'
import type {StatusReport} from '../../cli/render/status.ts'

export default class PlatformStatus extends BaseCommand {
  static override summary = 'Show whether the platform answers, what it holds, how it is, and who you are to it.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --platform http://127.0.0.1:8030 --json',
  ]
  static override flags = withVariables({...platformFlags})

  async run(): Promise<StatusReport> {
    const {flags} = await this.parse(PlatformStatus)
    const {platformClient} = await import('../../cli/context.ts')
    const {statusLines, statusReport} = await import('../../cli/render/status.ts')
    const report = await statusReport(await platformClient(flags))
    this.log(statusLines(report))
    return report
  }
}
