import * as Args from '@oclif/core/args'
import {BaseCommand} from '../../cli/base-command.ts'
import type {DiscoverReport} from '../../cli/discover.ts'
import {discoverFlags} from '../../cli/discover-flags.ts'
import {onInterrupt} from '../../cli/interrupt.ts'

export default class CameraDiscover extends BaseCommand {
  static override summary = 'Find cameras: by multicast on the local networks, or in address ranges one by one.'
  static override description =
    'Without an address every interface that is up is asked by WS-Discovery multicast (IPv4 and IPv6), which does not cross routers. With addresses (10.0.0.5, 10.0.0.0/24, 10.0.0.10-10.0.0.20) each is asked by itself: a WS-Discovery probe, then its TCP ports for the time of day, which ONVIF tells without a login. No login is ever tried. What answers but is no camera is listed as what it is. Ctrl-C ends with what was found so far.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> 10.0.8.0/22 -o wide',
    '<%= config.bin %> <%= command.id %> 10.0.0.0/16 --max-hosts 65536 --rate 10000 --concurrency 8192',
    '<%= config.bin %> <%= command.id %> --interface eth1 -o name | <%= config.bin %> camera probe -',
    '<%= config.bin %> <%= command.id %> 10.0.8.0/22 --into inventory --check',
  ]
  static override strict = false
  static override args = {
    address: Args.string({ignoreStdin: true, description: 'address, network or range to ask; - for standard input'}),
  }
  static override flags = discoverFlags

  async run(): Promise<DiscoverReport> {
    const {argv, flags} = await this.parse(CameraDiscover)
    const {runDiscover} = await import('../../cli/discover.ts')
    const {FOUND_COLUMNS, nameOf} = await import('../../cli/render/found.ts')
    const stop = onInterrupt()
    try {
      const {report, exit} = await runDiscover(argv as string[], flags, {
        clock: this.clock,
        signal: stop.signal,
        note: (text) => this.note(text),
        print: (rows) => this.rows(rows, FOUND_COLUMNS, flags, nameOf),
      })
      if (exit !== 0) process.exitCode ||= exit
      return report
    } finally {
      stop.release()
    }
  }
}
