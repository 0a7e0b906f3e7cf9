/** One medium's RTP as a simulated camera sends it: sequence numbers, time stamps, sender reports. */
import {randomBytes} from 'node:crypto'
import {buildRtp} from '../../../protocol/rtp/packet.ts'
import {buildSenderReport} from '../../../protocol/rtp/sender-report.ts'
import type {SimCamera} from '../camera.ts'
import type {Outlet} from './outlet.ts'

export class RtpSender {
  readonly ssrc = randomBytes(4).readUInt32BE()
  readonly #camera: SimCamera
  readonly #outlet: Outlet
  readonly #payloadType: number
  #sequence = randomBytes(2).readUInt16BE()
  #packets = 0
  #octets = 0
  /** Of the packets that follow. */
  timestamp = randomBytes(4).readUInt32BE()

  constructor(camera: SimCamera, outlet: Outlet, payloadType: number) {
    this.#camera = camera
    this.#outlet = outlet
    this.#payloadType = payloadType
  }

  /** Sequence number and time stamp of the packet that comes next. */
  get next(): {sequence: number; timestamp: number} {
    return {sequence: this.#sequence, timestamp: this.timestamp}
  }

  send(payload: Uint8Array, marker: boolean): void {
    const {ssrc, timestamp} = this
    const sequence = this.#sequence
    this.#outlet.rtp(buildRtp({payloadType: this.#payloadType, marker, sequence, timestamp, ssrc, payload}))
    this.#sequence = (sequence + 1) & 0xffff
    this.#packets += 1
    this.#octets += payload.length
  }

  /** Says what the camera's clock shows at the present time stamp. */
  report(): void {
    const {ssrc, timestamp} = this
    const counts = {packets: this.#packets, octets: this.#octets}
    this.#outlet.rtcp(
      buildSenderReport({ssrc, timestamp, at: this.#camera.now(), ...counts, cname: this.#camera.hostname}),
    )
  }
}
