/** Decides which silent devices get an alarm of their own and which share one: a district without power is one alarm. */
import type {Jurisdiction} from '../../model/jurisdiction.ts'
import type {Change} from './watched.ts'

/** Codes of a path that make a district (GB/T 2260: province, city, district); a shorter path is a district itself. */
const DISTRICT_LEVELS = 3
/** Devices of a district that have alarms of their own within the window; from the next one on they share one. */
export const SINGLES = 10
export const WINDOW_MS = 60_000

/** A change, and the place whose alarm it belongs to; absent: it has one of its own. */
export type Grouped = Change & {readonly group?: Jurisdiction}

interface District {
  /** When each of the latest single alarms was raised. */
  readonly singles: readonly number[]
  /** When its shared alarm last grew. */
  readonly grewAt: number
}
const NOTHING: District = {singles: [], grewAt: Number.NEGATIVE_INFINITY}

/**
 * More than SINGLES devices of one district within WINDOW_MS: those over it, and all that come at once with them, share one
 * alarm, which goes on taking more as long as it grows at least once in a window. What has its own alarm already keeps it.
 */
export class Grouping {
  readonly #districts = new Map<Jurisdiction, District>()

  /** What shares an alarm at `now`, ms of a clock that does not go back. Restored and released ones are left as they are. */
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

  /** These are in the log since `now`. */
  noted(items: readonly Grouped[], now: number): void {
    for (const {change, jurisdiction, group} of items) {
      if (change !== 'missing') continue
      const place = districtOf(jurisdiction)
      const {singles, grewAt} = this.#districts.get(place) ?? NOTHING
      if (group !== undefined) this.#districts.set(place, {singles, grewAt: now})
      else this.#districts.set(place, {singles: [...singles.filter((at) => now - at < WINDOW_MS), now], grewAt})
    }
  }

  #shares(place: Jurisdiction, devices: number, now: number): boolean {
    const {singles, grewAt} = this.#districts.get(place) ?? NOTHING
    const recent = singles.filter((at) => now - at < WINDOW_MS)
    return now - grewAt < WINDOW_MS || recent.length + devices > SINGLES
  }
}

function districtOf(jurisdiction: Jurisdiction): Jurisdiction {
  return jurisdiction.split('.', DISTRICT_LEVELS).join('.')
}
