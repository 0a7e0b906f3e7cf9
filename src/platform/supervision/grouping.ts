/** Decides which silent devices get an alarm of their own and which share one: a district without power is one alarm. */
import type {Jurisdiction} from '../../model/jurisdiction.ts'
import type {Change} from './watch.ts'

/** Codes of a path that make a district (GB/T 2260: province, city, district); a shorter path is a district itself. */
const DISTRICT_LEVELS = 3
/** Devices of a district that have alarms of their own within the window; from the next one on they share one. */
export const SINGLES = 10
export const WINDOW_MS = 60_000

/** A change, and the place whose alarm it belongs to; absent: it has one of its own. */
export type Grouped = Change & {readonly group?: Jurisdiction}

interface District {
  /** When each of the latest single alarms was raised. */
  singles: number[]
  /** When its shared alarm last grew. */
  grewAt: number
}

/**
 * More than SINGLES devices of one district within WINDOW_MS: those over it, and all that come at once with them, share one
 * alarm, which goes on taking more as long as it grows at least once in a window. What has its own alarm already keeps it.
 */
export class Grouping {
  readonly #districts = new Map<Jurisdiction, District>()

  /** `now`: ms of any clock that does not go back. Restored and released ones are left as they are. */
  assign(changes: readonly Change[], now: number): Grouped[] {
    const lost = Map.groupBy(
      changes.filter(({change}) => change === 'missing'),
      ({jurisdiction}) => districtOf(jurisdiction),
    )
    const shared = new Set(
      [...lost].filter(([place, {length}]) => this.#shares(place, length, now)).map(([place]) => place),
    )
    return changes.map((change) => {
      const group = districtOf(change.jurisdiction)
      return change.change === 'missing' && shared.has(group) ? {...change, group} : change
    })
  }

  #shares(place: Jurisdiction, devices: number, now: number): boolean {
    const {singles, grewAt} = this.#districts.get(place) ?? {singles: [], grewAt: Number.NEGATIVE_INFINITY}
    const recent = singles.filter((at) => now - at < WINDOW_MS)
    const shares = now - grewAt < WINDOW_MS || recent.length + devices > SINGLES
    const added = shares ? [] : new Array<number>(devices).fill(now)
    this.#districts.set(place, {singles: [...recent, ...added], grewAt: shares ? now : grewAt})
    return shares
  }
}

export function districtOf(jurisdiction: Jurisdiction): Jurisdiction {
  return jurisdiction.split('.', DISTRICT_LEVELS).join('.')
}
