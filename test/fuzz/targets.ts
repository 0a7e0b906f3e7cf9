/** Everything that reads what others send, by name: what the fuzzer may ask. */
import {ask as askDc09Bytes, emptyTally} from '../support/dc09-hostile.ts'
import {inputOf as dc09Input} from '../support/dc09-inputs.ts'
import {askMedia, emptyMediaTally} from '../support/media-hostile.ts'
import {inputOf as mediaInput} from '../support/media-inputs.ts'
import {askDatagram, datagramOf, emptyCounts} from '../support/wsdiscovery-hostile.ts'
import {type Dice, diceOf} from './hostile.ts'
import {askHttpAuth} from './targets/httpauth.ts'
import {askH264, askH265} from './targets/nal.ts'
import {askRtp} from './targets/rtp.ts'
import {askRtsp} from './targets/rtsp.ts'
import {askSdp} from './targets/sdp.ts'
import {askSoap} from './targets/soap.ts'
import {askWsn} from './targets/wsn.ts'

/** Counts by outcome, so that one sees how deep the inputs went. */
export type Outcomes = Record<string, number>

/** Makes input `index` of the run with this seed, asks it, and adds what came of it; throws what no peer may cause. */
export type Target = (seed: number, index: number, outcomes: Outcomes) => void

export const TARGETS: Readonly<Record<string, Target>> = {
  soap: byDice(askSoap),
  wsn: byDice(askWsn),
  wsdiscovery: (seed, index, outcomes) =>
    counted(outcomes, emptyCounts(), (counts) => askDatagram(datagramOf(seed, index), index, counts)),
  httpauth: byDice(askHttpAuth),
  rtsp: byDice(askRtsp),
  sdp: byDice(askSdp),
  rtp: byDice(askRtp),
  h264: byDice(askH264),
  h265: byDice(askH265),
  media: (seed, index, outcomes) =>
    counted(outcomes, emptyMediaTally(), (tally) => askMedia(mediaInput(seed, index), tally)),
  dc09: (seed, index, outcomes) => {
    const bytes = dc09Input(seed, index)
    counted(outcomes, emptyTally(), (tally) => askDc09Bytes(bytes, index % (bytes.length + 1), tally))
  },
}

/** Names that stand for several. */
export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  all: Object.keys(TARGETS),
  camera: Object.keys(TARGETS).filter((name) => name !== 'dc09'),
}

function byDice(ask: (dice: Dice) => string): Target {
  return (seed, index, outcomes) => {
    const outcome = ask(diceOf(seed, index))
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  }
}

function counted<T extends object>(outcomes: Outcomes, counts: T, ask: (counts: T) => void): void {
  ask(counts)
  for (const [name, count] of Object.entries(counts)) outcomes[name] = (outcomes[name] ?? 0) + Number(count)
}
