/** Plays a camera's pictures at their real pace, with time stamps and sender reports, until it is stopped. */
import {randomInt} from 'node:crypto'
import type {SimCamera} from '../camera.ts'
import {FRAMES_PER_SECOND, GROUP_LENGTH, type PictureGroup} from '../media/group.ts'
import {STOPS_AFTER_MS} from '../media/stream-spec.ts'
import type {Outlet} from './outlet.ts'
import {RtpSender} from './sender.ts'
import {CLOCK_RATE, payloadTypeOf} from './streams.ts'

const FRAME_MS = 1_000 / FRAMES_PER_SECOND
const TICKS = CLOCK_RATE / FRAMES_PER_SECOND
const REPORT_EVERY = 5 * FRAMES_PER_SECOND

/** Something that plays one medium of a session. */
export interface MediumPlayer {
  readonly ssrc: number
  /** Sequence number and time stamp of the packet that comes next. */
  readonly next: {readonly sequence: number; readonly timestamp: number}
  /** Returns when stopped, or when `mayGoOn` says no. */
  play(mayGoOn: () => boolean): Promise<void>
  stop(): void
}

export class Player implements MediumPlayer {
  readonly #camera: SimCamera
  readonly #group: PictureGroup
  /** What is shown after the first group; absent: the same. */
  readonly #later: PictureGroup | undefined
  readonly #sender: RtpSender
  /** Every so many-th picture is sent at all. */
  readonly #pace: number
  /** Pictures of a group that are over when it begins. */
  readonly #joinedAt: number
  #turn = 0

  constructor(camera: SimCamera, group: PictureGroup, outlet: Outlet, later?: PictureGroup) {
    this.#camera = camera
    this.#group = group
    this.#later = later
    this.#sender = new RtpSender(camera, outlet, payloadTypeOf(group.codec))
    this.#pace = camera.streamFault === 'slow' ? 2 : 1
    this.#joinedAt = camera.streamFault === 'mid-group' ? randomInt(GROUP_LENGTH) : 0
  }

  get ssrc(): number {
    return this.#sender.ssrc
  }

  get next(): {sequence: number; timestamp: number} {
    return this.#sender.next
  }

  /** Every start begins with a key frame, unless the camera waits for nobody. */
  async play(mayGoOn: () => boolean): Promise<void> {
    const mine = ++this.#turn
    const {clock} = this.#camera
    const from = this.#sender.timestamp
    const startedAt = clock.now()
    const frameMs = FRAME_MS * this.#pace
    for (let frame = 0; ; frame++) {
      await clock.sleep(Math.max(0, startedAt + frame * frameMs - clock.now()))
      // Stopped, or started anew, while we slept.
      if (this.#turn !== mine || !mayGoOn()) return
      // After a stall of the machine the camera is where a live picture would be, not behind it.
      const due = Math.floor((clock.now() - startedAt) / frameMs)
      if (due > frame + GROUP_LENGTH) frame = due - (due % GROUP_LENGTH)
      this.#sender.timestamp = (from + frame * TICKS * this.#pace) >>> 0
      if (!this.#isMute(frame * frameMs)) this.#show(frame)
    }
  }

  stop(): void {
    this.#turn += 1
  }

  #isMute(playedMs: number): boolean {
    return this.#camera.has('no-frames') || (this.#camera.streamFault === 'stops' && playedMs >= STOPS_AFTER_MS)
  }

  #show(frame: number): void {
    if (frame % REPORT_EVERY === 0) this.#sender.report()
    const blind = this.#camera.has('no-key-frame')
    const index = blind ? 1 + (frame % (GROUP_LENGTH - 1)) : (frame + this.#joinedAt) % GROUP_LENGTH
    const {payloads: pictures} = (frame >= GROUP_LENGTH && this.#later) || this.#group
    const payloads = pictures[index] ?? []
    for (const [number, payload] of payloads.entries()) this.#sender.send(payload, number === payloads.length - 1)
  }
}
