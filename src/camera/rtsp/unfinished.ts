/** Why a conversation that came to its end has shown no key frame. */
import {DeviceFailure} from '../failure.ts'
import type {KeyFrameWatch} from './key-frame.ts'

interface SoFar {
  /** The request that is under way, or `playing`. */
  readonly step: string
  /** Answers of any kind. */
  readonly answers: number
  /** Absent before PLAY. */
  readonly watch: KeyFrameWatch | undefined
}

/** `when`: `within 5000 ms`. */
export function unfinished({step, answers, watch}: SoFar, when: string): DeviceFailure {
  if (answers === 0) return new DeviceFailure('rtsp-unreachable', `no RTSP answer ${when}`)
  if (!watch || (step !== 'playing' && watch.packets === 0)) {
    return new DeviceFailure('rtsp-error', `no answer to ${step} ${when}`)
  }
  const foreign = watch.foreign > 0 ? `, ${watch.foreign} that are not of the stream` : ''
  if (watch.packets === 0) return new DeviceFailure('no-frames', `PLAY accepted, no packet ${when}${foreign}`)
  return new DeviceFailure('no-key-frame', `${watch.packets} packets, no key frame ${when}`)
}
