import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {credentialFlags, platformFlags, withVariables} from '../../cli/flags.ts'
import {onInterrupt} from '../../cli/interrupt.ts'

export default class SimCity extends BaseCommand {
  static override summary = 'Serve a city of simulated cameras and panels on loopback addresses until Ctrl-C.'
  static override description =
    `Without --inventory the cameras are invented. With it they are those of the platform's inventory: each gets an address in 127.0.0.0/8, which is written back to the inventory, and panels of the same jurisdictions are registered and signal to the platform. The sicknesses are those of \`citywatch sim city --list-faults\`.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> --cameras 200 --fault dead=5% --fault clock-skew=2',
    '<%= config.bin %> <%= command.id %> --inventory --panels 20 --truth truth.json',
    '<%= config.bin %> <%= command.id %> --list-faults',
  ]
  static override flags = withVariables({
    cameras: Flags.integer({
      default: 200,
      min: 0,
      max: 64_000,
      description: 'cameras to invent',
      helpValue: 'N',
      exclusive: ['inventory'],
    }),
    inventory: Flags.boolean({description: "serve the cameras of the platform's inventory"}),
    panels: Flags.integer({default: 20, min: 0, max: 20_000, description: 'alarm panels that signal', helpValue: 'N'}),
    signals: Flags.integer({
      default: 0,
      min: 0,
      description: 'signals of each panel, then silence; 0: without end',
      helpValue: 'N',
    }),
    interval: Flags.integer({
      default: 5_000,
      min: 0,
      description: 'time between two signals of a panel, ms',
      helpValue: 'MS',
    }),
    'camera-events': Flags.integer({
      default: 0,
      min: 0,
      max: 60_000,
      description: 'things that cameras notice in a minute, all together: motion, tampering, lost video, alarm inputs',
      helpValue: 'N',
    }),
    fault: Flags.string({
      multiple: true,
      description: 'how many cameras are sick, and how; typical when absent',
      helpValue: 'NAME=N|N%',
    }),
    healthy: Flags.boolean({description: 'no camera is sick', exclusive: ['fault']}),
    'list-faults': Flags.boolean({description: 'say which sicknesses there are'}),
    truth: Flags.string({description: 'write which camera is sick, and how, to this file', helpValue: 'FILE'}),
    seed: Flags.integer({default: 1, description: 'the same seed gives the same city', helpValue: 'N'}),
    network: Flags.integer({
      min: 1,
      max: 255,
      description: 'addresses 127.N.0.1 and up; the first free one when absent',
      helpValue: 'N',
    }),
    'http-port': Flags.integer({min: 0, max: 65_535, description: 'ONVIF port of every camera (8080, or a free one)'}),
    'rtsp-port': Flags.integer({min: 0, max: 65_535, description: 'RTSP port of every camera (8554, or a free one)'}),
    multicast: Flags.boolean({description: 'answer WS-Discovery multicast on loopback'}),
    ...credentialFlags,
    ...platformFlags,
  })

  async run(): Promise<unknown> {
    const {flags} = await this.parse(SimCity)
    if (flags['list-faults']) return this.listFaults()
    const {serveCity} = await import('../../cli/sim-city.ts')
    const stop = onInterrupt()
    const report = await serveCity(flags, this.clock, stop.signal, (ready) => this.announce(ready))
    stop.release()
    return report
  }

  private async listFaults(): Promise<unknown> {
    const {FAULTS} = await import('../../sim/faults.ts')
    for (const [name, {verdict, cause, meaning}] of Object.entries(FAULTS))
      this.log([name, verdict, cause, meaning].join('\t'))
    const {EVENT_FAULTS} = await import('../../sim/camera/events/faults.ts')
    for (const [name, meaning] of Object.entries(EVENT_FAULTS)) this.log([name, '', '', meaning].join('\t'))
    const {STREAM_FAULTS} = await import('../../sim/camera/media/stream-spec.ts')
    const {DISCOVERY_FAULTS} = await import('../../sim/camera/discovery-faults.ts')
    const {WEAKNESSES} = await import('../../sim/camera/weaknesses.ts')
    const others = [STREAM_FAULTS, DISCOVERY_FAULTS, WEAKNESSES].flatMap((names) => Object.entries(names))
    for (const [name, meaning] of others) this.log([name, '', '', meaning].join('\t'))
    return {
      ...{faults: FAULTS, eventFaults: EVENT_FAULTS},
      ...{streamFaults: STREAM_FAULTS, discoveryFaults: DISCOVERY_FAULTS, weaknesses: WEAKNESSES},
    }
  }

  /** One line when the city is up: scripts wait for it. */
  private announce(ready: {readonly text: string; readonly json: unknown}): void {
    if (this.jsonEnabled()) process.stdout.write(`${JSON.stringify(ready.json)}\n`)
    else this.log(ready.text)
  }
}
