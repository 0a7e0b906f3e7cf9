/** What the panels of a load run send: the same seed gives each account the same events in the same order. */
import {CitywatchError} from '../../lib/errors.ts'
import {seededRandom} from '../../lib/random.ts'
import {type PanelEvent, parseEvent} from '../event.ts'

/** Codes and how often they come: a quiet evening of a city's panels. */
export const DEFAULT_MIX = 'heartbeat*8,RP*2,BA*3,BR*3,130*2,R130*2,OP*2,CL*2,TA,YT'
const ZONES = 64
const MAX_CODES = 100
const MAX_WEIGHT = 1_000

export interface Mix {
  /** The `nth` event (from 0) of the account with that index. */
  event(account: number, nth: number): PanelEvent
  /** Every code once. */
  readonly events: readonly PanelEvent[]
}

/** `BA*3,130,heartbeat*10`: codes or words, each with its weight. Zones are drawn. Throws CW_BAD_VALUE. */
export function parseMix(text: string, seed: number): Mix {
  const parts = text.split(',').map((part) => /^\s*([^*\s]+)(?:\*(\d{1,4}))?\s*$/.exec(part))
  const weighted = parts.flatMap((part) =>
    part?.[1] === undefined ? [] : [{code: part[1], weight: Number(part[2] ?? 1)}],
  )
  const fits = weighted.length === parts.length && weighted.length <= MAX_CODES
  if (!fits || weighted.some(({weight}) => weight < 1 || weight > MAX_WEIGHT)) {
    throw new CitywatchError('CW_BAD_VALUE', {field: '--mix', value: text.slice(0, 80), expected: DEFAULT_MIX})
  }
  const byZone = weighted.map(({code}) => zonesOf(code))
  const draw = weighted.flatMap(({weight}, index) => Array.from({length: weight}, () => index))
  return {
    events: weighted.map(({code}) => parseEvent(code)),
    event(account, nth) {
      const random = seededRandom(
        Math.imul(seed, 0x9e3779b1) ^ Math.imul(account + 1, 0x85ebca6b) ^ Math.imul(nth + 1, 0xc2b2ae35),
      )
      const zones = byZone[draw[Math.floor(random() * draw.length)] ?? 0] ?? []
      return zones[Math.floor(random() * zones.length)] ?? HEARTBEAT
    },
  }
}

const HEARTBEAT = parseEvent('heartbeat')

/** The event in each zone; a heartbeat has none. */
function zonesOf(code: string): PanelEvent[] {
  const plain = parseEvent(code)
  if (plain.token === 'NULL') return [plain]
  return Array.from({length: ZONES}, (_, index) => parseEvent(`${code} zone ${index + 1}`))
}
