/** Plays a camera's pictures at their real pace, with time stamps and sender reports, until it is stopped. */
import {randomBytes} from 'node:crypto'
import {buildRtp} from '../../../protocol/rtp/packet.ts'
import {buildSenderReport} from '../../../protocol/rtp/sender-report.ts'
import type {SimCamera} from '../camera.ts'
import {FRAMES_PER_SECOND, GROUP_LENGTH, type PictureGroup} from '../media/group.ts'
import type {Outlet} from './outlet.ts'
import {CLOCK_RATE, PAYLOAD_TYPE} from './streams.ts'

const FRAME_MS = 1_000 / FRAMES_PER_SECOND
const TICKS = CLOCK_RATE / FRAMES_PER_SECOND
const REPORT_EVERY = 5 * FRAMES_PER_SECOND

export class Player {
  readonly ssrc = randomBytes(4).readUInt32BE()
  readonly #camera: SimCamera
  readonly #group: PictureGroup
  readonly #outlet: Outlet
  #sequence = randomBytes(2).readUInt16BE()
  #timestamp = randomBytes(4).readUInt32BE()
  #packets = 0
  #octets = 0
  #turn = 0

  constructor(camera: SimCamera, group: PictureGroup, outlet: Outlet) {
    this.#camera = camera
    this.#group = group
    this.#outlet = outlet
  }

  /** Sequence number and time stamp of the packet that comes next. */
  get next(): {sequence: number; timestamp: number} {
    return {sequence: this.#sequence, timestamp: this.#timestamp}
  }

  /** Returns when stopped, or when `mayGoOn` says no. Every start begins with a key frame. */
  async play(mayGoOn: () => boolean): Promise<void> {
    const mine = ++this.#turn
    const {clock} = this.#camera
    const from = this.#timestamp
    const startedAt = clock.now()
    for (let frame = 0; ; frame++) {
      await clock.sleep(Math.max(0, startedAt + frame * FRAME_MS - clock.now()))
      // Stopped, or started anew, while we slept.
      if (this.#turn !== mine || !mayGoOn()) return
      // After a stall of the machine the camera is where a live picture would be, not behind it.
      const due = Math.floor((clock.now() - startedAt) / FRAME_MS)
      if (due > frame + GROUP_LENGTH) frame = due - (due % GROUP_LENGTH)
      this.#timestamp = (from + frame * TICKS) >>> 0
      if (!this.#camera.has('no-frames')) this.#show(frame)
    }
  }

  stop(): void {
    this.#turn += 1
  }

  #show(frame: number): void {
    if (frame % REPORT_EVERY === 0) this.#report()
    const blind = this.#camera.has('no-key-frame')
    const index = blind ? 1 + (frame % (GROUP_LENGTH - 1)) : frame % GROUP_LENGTH
    const payloads = this.#group.payloads[index] ?? []
    for (const [number, payload] of payloads.entries()) this.#send(payload, number === payloads.length - 1)
  }

  #send(payload: Uint8Array, marker: boolean): void {
    const {ssrc} = this
    this.#outlet.rtp(
      buildRtp({
        payloadType: PAYLOAD_TYPE,
        marker,
        sequence: this.#sequence,
        timestamp: this.#timestamp,
        ssrc,
        payload,
      }),
    )
    this.#sequence = (this.#sequence + 1) & 0xffff
    this.#packets += 1
    this.#octets += payload.length
  }

  #report(): void {
    this.#outlet.rtcp(
      buildSenderReport({
        ssrc: this.ssrc,
        at: this.#camera.now(),
        timestamp: this.#timestamp,
        packets: this.#packets,
        octets: this.#octets,
        cname: this.#camera.hostname,
      }),
    )
  }
}
