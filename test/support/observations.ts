/** Observations of a small city, made by hand or at random. */
import fc from 'fast-check'
import {type Observation, parseObservation} from '../../src/health/observation.ts'

export const NOON = Date.UTC(2026, 6, 14, 12)
export const HOUR = 3_600_000

/** A healthy camera, as far as nothing else is said. */
export function observation(changes: Record<string, unknown> = {}): Observation {
  return parseObservation({
    v: 1,
    camera: 'cam-1',
    at: NOON,
    jurisdiction: 'city.north',
    verdict: 'healthy',
    checks: 'oooooo',
    signalMs: 12,
    firstPacketMs: 40,
    keyFrameMs: 400,
    packets: 100,
    lost: 0,
    clockMs: 100,
    clockUncertaintyMs: 20,
    ...changes,
  })
}

/** What a dead camera leaves. */
export const DEAD = {
  verdict: 'dead',
  cause: 'timeout-connect',
  checks: 'fsssss',
  signalMs: undefined,
  firstPacketMs: undefined,
  keyFrameMs: undefined,
  packets: undefined,
  lost: undefined,
  clockMs: undefined,
  clockUncertaintyMs: undefined,
}

/** Answers, plays nothing. */
export const NO_FRAMES = {...DEAD, verdict: 'sick', cause: 'no-frames', checks: 'ooooof', signalMs: 15, clockMs: -3_000}

/** Nobody knows. */
export const UNKNOWN = {...DEAD, verdict: 'unknown', cause: 'no-address'}

/** A few cameras in a few places over three days, every kind of verdict among them. */
export const anyObservations: fc.Arbitrary<readonly Observation[]> = fc.array(
  fc
    .record({
      camera: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      /** Few moments, so that some fall together. */
      at: fc.integer({min: 1, max: 18}).map((steps) => NOON - steps * 4 * HOUR),
      jurisdiction: fc.constantFrom('', 'city', 'city.north', 'city.north.1', 'city.south', 'other'),
      tier: fc.constantFrom(undefined, 'key', 'industry', 'other'),
      industry: fc.constantFrom(undefined, '00', '11'),
      maker: fc.constantFrom(undefined, 'Maker A', 'Maker B'),
      kind: fc.constantFrom({}, {}, DEAD, NO_FRAMES, UNKNOWN, {lost: 7}, {keyFrameMs: 9_000}, {clockMs: 60_000}),
      mobile: fc.constantFrom(undefined, undefined, true),
    })
    .map(({kind, ...rest}) => observation({...rest, ...kind})),
  {maxLength: 60},
)
