import {BaseCommand} from '../../cli/base-command.ts'
import {platformFlags, withVariables} from '../../cli/flags.ts'
import type {Status} from '../../platform/contract.ts'

export default class PlatformStatus extends BaseCommand {
  static override summary = 'Show whether the platform answers, and what it holds.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --platform http://127.0.0.1:8030 --json',
  ]
  static override flags = withVariables({...platformFlags})

  async run(): Promise<Status & {readonly url: string}> {
    const {flags} = await this.parse(PlatformStatus)
    const {platformClient} = await import('../../cli/context.ts')
    const client = await platformClient(flags)
    const status = await client.status()
    const {devices, alarms, handoffs} = status
    this.log(
      [
        `platform   ${client.url}, citywatch ${status.version}`,
        `running    since ${new Date(status.startedAt).toISOString()}`,
        `log        ${status.head} entries (epoch ${status.epoch})`,
        `alarms     ${alarms.new} new, ${alarms.acked} acknowledged, ${alarms.dispatched} dispatched; of them ${alarms.latched} latched, ${alarms.over} to be closed, ${alarms.unrouted} unrouted`,
        `hidden     ${alarms.shelved} shelved, ${alarms.suppressed} suppressed, ${alarms['out-of-service']} out of service, by ${status.masks} masks`,
        `for 110    ${handoffs.open} to be told, ${handoffs.unanswered} without an answer`,
        `on test    ${status.onTest} windows open`,
        `inventory  ${devices.site} sites, ${devices.camera} cameras, ${devices.panel} panels, ${devices.zone} zones`,
        `receiver   DC-09 on port ${status.dc09Port}, ${status.refused} frames refused`,
      ].join('\n'),
    )
    return {url: client.url, ...status}
  }
}
