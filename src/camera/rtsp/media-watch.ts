/** All that arrives of a session: packets of picture and sound, and the reports that tie them to the camera's clock. */
import {isCitywatchError} from '../../lib/errors.ts'
import type {StreamFacts} from '../../model/probe.ts'
import {parseSenderReport} from '../../protocol/rtp/sender-report.ts'
import {KeyFrameWatch} from './key-frame.ts'
import {SoundWatch} from './sound.ts'
import type {StreamWatch} from './stream-watch.ts'
import type {Tracks} from './tracks.ts'

/** Which way a packet came: the medium's place in the session, and whether it is RTCP. */
export interface Way {
  readonly medium: number
  readonly rtcp: boolean
}

/** Pictures of which no packet comes for so long have stopped: at least this, ms, and so many times what is usual. */
const STOPPED_MS = 2_000
const STOPPED_FRAMES = 4

export class MediaWatch {
  readonly video: KeyFrameWatch
  readonly #sound: SoundWatch | undefined
  #clockOffsetMs: number | undefined

  /** `withSound`: the sound was set up as well. */
  constructor({video, audio}: Tracks, withSound: boolean, playedAt: number) {
    this.video = new KeyFrameWatch(video, playedAt)
    this.#sound = withSound && audio ? new SoundWatch(audio) : undefined
  }

  receive({medium, rtcp}: Way, bytes: Uint8Array, now: number): void {
    if (rtcp) this.#report(bytes, now)
    else if (medium === 0) this.video.receive(bytes, now)
    else this.#sound?.receive(bytes, now)
  }

  /**
   * What was found; with `measured`, also the numbers up to `now`, and what is to be said of pictures that have stopped.
   * Throws DeviceFailure `stream-mismatch`.
   */
  found(transport: StreamFacts['transport'], keepBytes: number, now: number, measured: boolean): StreamWatch {
    const watch = this.video.found(transport, keepBytes)
    const numbers = measured ? this.video.measured(now) : undefined
    if (!numbers) return watch
    const offset = this.#clockOffsetMs
    const facts: StreamFacts = {
      ...watch.facts,
      measured: {...numbers, ...(offset === undefined ? {} : {clockOffsetMs: Math.round(offset)})},
      ...(this.#sound ? {audio: this.#sound.measured()} : {}),
    }
    const stopped = this.#stopped(facts, now)
    return {...watch, facts, ...(stopped ? {stopped} : {})}
  }

  #stopped({measured}: StreamFacts, now: number): string | undefined {
    const {lastPacketAt, doneAt} = this.video
    if (lastPacketAt === undefined || doneAt === undefined) return undefined
    const silenceMs = now - lastPacketAt
    const usualMs = 1_000 / (measured?.frameRate ?? 1)
    if (silenceMs < Math.max(STOPPED_MS, STOPPED_FRAMES * usualMs)) return undefined
    return `pictures for ${Math.round(lastPacketAt - doneAt)} ms, then none for ${Math.round(silenceMs)} ms`
  }

  /** The report that was least delayed shows the clock best. */
  #report(bytes: Uint8Array, now: number): void {
    try {
      const report = parseSenderReport(bytes)
      if (report) this.#clockOffsetMs = Math.max(this.#clockOffsetMs ?? Number.NEGATIVE_INFINITY, report.at - now)
    } catch (error) {
      if (!isCitywatchError(error, 'CW_PROTOCOL_REMOTE')) throw error
    }
  }
}
