/** Lets things happen in front of simulated cameras: motion most of all, now and then tampering, lost video, an alarm input. */
import type {Clock} from '../../../lib/clock.ts'
import {seededRandom} from '../../../lib/random.ts'
import type {SimCamera} from '../camera.ts'
import type {Property} from './source.ts'

export interface StirOptions {
  /** Beginnings in a minute, over all cameras; each ends again by itself. */
  readonly perMinute: number
  readonly seed: number
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Of a hundred beginnings. */
const SHARES: readonly (readonly [Property, number])[] = [
  ['motion', 85],
  ['digital-input', 7],
  ['tamper', 5],
  ['video-loss', 3],
]
/** What begins lasts this long, ms. */
const LASTS_MS = [2_000, 20_000] as const

/** Until the signal aborts. Returns how many things began. */
export async function stir(
  cameras: readonly SimCamera[],
  {perMinute, seed, clock, signal}: StirOptions,
): Promise<number> {
  if (perMinute <= 0 || cameras.length === 0) return 0
  const random = seededRandom(seed)
  let begun = 0
  while (!signal.aborted) {
    await clock.sleep(60_000 / perMinute, signal).catch(() => undefined)
    const camera = cameras[Math.floor(random() * cameras.length)]
    const property = propertyAt(random() * 100)
    const lastsMs = LASTS_MS[0] + random() * (LASTS_MS[1] - LASTS_MS[0])
    if (signal.aborted || !camera || camera.events.isActive(property)) continue
    camera.events.set(property, true)
    begun += 1
    void clock.sleep(lastsMs, signal).then(
      () => camera.events.set(property, false),
      () => undefined,
    )
  }
  return begun
}

function propertyAt(share: number): Property {
  let left = share
  for (const [property, of] of SHARES) {
    if (left < of) return property
    left -= of
  }
  return 'motion'
}
