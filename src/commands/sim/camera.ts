import {BaseCommand} from '../../cli/base-command.ts'
import {onInterrupt} from '../../cli/interrupt.ts'
import {simCameraFlags} from '../../cli/sim-camera-flags.ts'

export default class SimCameraCommand extends BaseCommand {
  static override summary =
    'Serve one simulated camera (ONVIF, WS-Discovery, RTSP with H.264, H.265 or JPEG) until Ctrl-C.'
  static override description =
    'Without a password the user is `admin` and a random password is written to a file that only you can read.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --password-file camera.pw',
    '<%= config.bin %> <%= command.id %> --address 127.0.0.9 --rtsp-port 554 --fault no-frames',
  ]
  static override flags = simCameraFlags

  async run(): Promise<unknown> {
    const {flags} = await this.parse(SimCameraCommand)
    const {serveCamera} = await import('../../cli/sim-camera.ts')
    const stop = onInterrupt()
    try {
      return await serveCamera(flags, this.clock, stop.signal, (lines) => this.announce(lines))
    } finally {
      stop.release()
    }
  }

  /** What a person or a script needs to reach the camera, once it is up. */
  private announce(ready: Readonly<Record<string, string>>): void {
    if (this.jsonEnabled()) process.stdout.write(`${JSON.stringify(ready)}\n`)
    else for (const [name, value] of Object.entries(ready)) this.log(`${name}\t${value}`)
  }
}
