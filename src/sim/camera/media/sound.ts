/** Silence in the codings that cameras use for sound. */
import {AAC_SAMPLES, buildAuPayload} from '../../../protocol/rtp/audio-payload.ts'
import type {Format} from '../../../protocol/sdp/sdp.ts'

export type SimAudio = 'PCMU' | 'PCMA' | 'AAC'

export interface Sound {
  /** How the description names it. */
  readonly format: Format
  /** One packet's payload, and how many samples it stands for. */
  readonly payload: Uint8Array
  readonly samples: number
}

const G711_RATE = 8_000
/** 20 ms. */
const G711_SAMPLES = 160
const AAC_RATE = 16_000
/** One channel of silence as an access unit of AAC-LC. */
const AAC_SILENCE = Buffer.from('00c800802380', 'hex')
const AAC_FORM: Format['parameters'] = [
  ['streamtype', '5'],
  ['profile-level-id', '1'],
  ['mode', 'AAC-hbr'],
  ['sizelength', '13'],
  ['indexlength', '3'],
  ['indexdeltalength', '3'],
  ['config', '1408'],
]

export const SOUNDS: Readonly<Record<SimAudio, Sound>> = {
  PCMU: {
    format: {payloadType: 0, encoding: 'PCMU', clockRate: G711_RATE, parameters: []},
    payload: Buffer.alloc(G711_SAMPLES, 0xff),
    samples: G711_SAMPLES,
  },
  PCMA: {
    format: {payloadType: 8, encoding: 'PCMA', clockRate: G711_RATE, parameters: []},
    payload: Buffer.alloc(G711_SAMPLES, 0xd5),
    samples: G711_SAMPLES,
  },
  AAC: {
    format: {payloadType: 97, encoding: 'MPEG4-GENERIC', clockRate: AAC_RATE, parameters: AAC_FORM},
    payload: buildAuPayload([AAC_SILENCE]),
    samples: AAC_SAMPLES,
  },
}
