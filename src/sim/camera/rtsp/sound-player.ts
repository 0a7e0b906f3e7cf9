/** Plays a camera's sound at its real pace until it is stopped. */
import type {SimCamera} from '../camera.ts'
import type {Sound} from '../media/sound.ts'
import type {Outlet} from './outlet.ts'
import type {MediumPlayer} from './player.ts'
import {RtpSender} from './sender.ts'

/** Packets that are made up for after a stall of the machine; beyond that sound is left out. */
const MAX_BEHIND = 50

export class SoundPlayer implements MediumPlayer {
  readonly #camera: SimCamera
  readonly #sound: Sound
  readonly #sender: RtpSender
  #turn = 0

  constructor(camera: SimCamera, sound: Sound, outlet: Outlet) {
    this.#camera = camera
    this.#sound = sound
    this.#sender = new RtpSender(camera, outlet, sound.format.payloadType)
  }

  get ssrc(): number {
    return this.#sender.ssrc
  }

  get next(): {sequence: number; timestamp: number} {
    return this.#sender.next
  }

  async play(mayGoOn: () => boolean): Promise<void> {
    const mine = ++this.#turn
    const {clock} = this.#camera
    const {payload, samples, format} = this.#sound
    const packetMs = (samples * 1_000) / format.clockRate
    const from = this.#sender.timestamp
    const startedAt = clock.now()
    this.#sender.report()
    for (let index = 0; ; index++) {
      await clock.sleep(Math.max(0, startedAt + index * packetMs - clock.now()))
      if (this.#turn !== mine || !mayGoOn()) return
      const due = Math.floor((clock.now() - startedAt) / packetMs)
      if (due > index + MAX_BEHIND) index = due
      this.#sender.timestamp = (from + index * samples) >>> 0
      if (!this.#camera.has('no-frames')) this.#sender.send(payload, index === 0)
    }
  }

  stop(): void {
    this.#turn += 1
  }
}
