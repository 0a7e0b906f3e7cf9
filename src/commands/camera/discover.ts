import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type {Found} from '../../camera/discover/found.ts'
import {BaseCommand} from '../../cli/base-command.ts'
import {outputFlags, timeoutFlag, withVariables} from '../../cli/flags.ts'
import {onInterrupt} from '../../cli/interrupt.ts'

export default class CameraDiscover extends BaseCommand {
  static override summary = 'Find cameras by WS-Discovery, on the local networks or in address ranges.'
  static override description =
    `Without an address every interface that is up is asked by multicast, which does not cross routers. With addresses each is asked by itself: 10.0.0.5, 10.0.0.0/24, 10.0.0.10-10.0.0.20; 4,096 at most.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> 10.0.8.0/22 -o wide',
    '<%= config.bin %> <%= command.id %> --interface eth1 -o name | <%= config.bin %> camera probe -',
  ]
  static override strict = false
  static override args = {
    address: Args.string({ignoreStdin: true, description: 'address, network or range to ask; - for standard input'}),
  }
  static override flags = withVariables({
    interface: Flags.string({
      multiple: true,
      description: 'only this interface, by name or address',
      helpValue: 'NAME',
    }),
    timeout: timeoutFlag(3_000, 'how long to listen after the last question'),
    port: Flags.integer({default: 3702, min: 1, max: 65_535, description: 'UDP port that cameras listen on'}),
    ...outputFlags,
  })

  async run(): Promise<{cameras: Found[]}> {
    const {argv, flags} = await this.parse(CameraDiscover)
    const {discover} = await import('../../camera/discover/discover.ts')
    const {addressesOf, counting, FOUND_COLUMNS, foundLine} = await import('../../cli/render/found.ts')
    const stop = onInterrupt()
    const found = discover({
      interfaces: flags.interface ?? [],
      addresses: await addressesOf(argv as string[]),
      timeoutMs: flags.timeout,
      port: flags.port,
      clock: this.clock,
      signal: stop.signal,
      note: (text) => this.note(text),
    })
    const counted = counting(found)
    const cameras = await this.rows(counted.items, FOUND_COLUMNS, flags, ({xaddrs}) => xaddrs[0] ?? '')
    stop.release()
    this.note(foundLine(counted.count()))
    return {cameras}
  }
}
