/** Watches the RTP packets of a sound stream: that it arrives, and how many samples a second. */
import {isCitywatchError} from '../../lib/errors.ts'
import {safeText} from '../../lib/safe-text.ts'
import type {MeasuredAudio} from '../../model/probe.ts'
import {AAC_HBR, AAC_SAMPLES, type AuHeaderForm, auSizes} from '../../protocol/rtp/audio-payload.ts'
import {parseRtp} from '../../protocol/rtp/packet.ts'
import {SequenceAccount} from '../../protocol/rtp/sequence.ts'
import type {AudioTrack} from './tracks.ts'

/** Shortest time from which a rate is told, ms. */
const MIN_SPAN_MS = 500
/** One byte a sample. */
const G711: readonly string[] = ['PCMU', 'PCMA']

export class SoundWatch {
  readonly #track: AudioTrack
  readonly #samplesOf: ((payload: Uint8Array) => number) | undefined
  readonly #account = new SequenceAccount()
  #packets = 0
  #firstAt: number | undefined
  #lastAt = 0
  /** Of all packets but the newest: its time is not over. */
  #samples = 0
  #newest = 0

  constructor(track: AudioTrack) {
    this.#track = track
    this.#samplesOf = samplesOf(track)
  }

  /** One packet. What is no RTP, of another format, or no sound that can be read is passed over. */
  receive(bytes: Uint8Array, now: number): void {
    try {
      const {payloadType, sequence, ssrc, payload} = parseRtp(bytes)
      if (payloadType !== this.#track.payloadType || this.#account.note(sequence, ssrc) === 'duplicate') return
      const samples = this.#samplesOf?.(payload) ?? 0
      this.#packets += 1
      this.#firstAt ??= now
      this.#lastAt = now
      this.#samples += this.#newest
      this.#newest = samples
    } catch (error) {
      if (!isCitywatchError(error, 'CW_PROTOCOL_REMOTE')) throw error
    }
  }

  measured(): MeasuredAudio {
    const spanMs = this.#lastAt - (this.#firstAt ?? this.#lastAt)
    return {
      codec: safeText(this.#track.codec, 40),
      clockRate: this.#track.clockRate,
      packets: this.#packets,
      lost: this.#account.lost,
      ...(this.#samplesOf && spanMs >= MIN_SPAN_MS ? {sampleRate: Math.round((this.#samples * 1_000) / spanMs)} : {}),
    }
  }
}

function samplesOf({codec, parameters}: AudioTrack): ((payload: Uint8Array) => number) | undefined {
  if (G711.includes(codec)) return ({length}) => length
  const named = (name: string) => parameters.find(([key]) => key === name)?.[1]
  if (codec !== 'MPEG4-GENERIC' || named('mode')?.toLowerCase() !== 'aac-hbr') return undefined
  const bits = (name: string, usual: number) => {
    const said = Number(named(name) ?? usual)
    return Number.isInteger(said) && said >= 0 && said <= 32 ? said : usual
  }
  const form: AuHeaderForm = {
    sizeBits: bits('sizelength', AAC_HBR.sizeBits),
    indexBits: bits('indexlength', AAC_HBR.indexBits),
    deltaBits: bits('indexdeltalength', AAC_HBR.deltaBits),
  }
  return (payload) => auSizes(payload, form).length * AAC_SAMPLES
}
