/** What a panel has to say over time: alarms and their restores, openings and closings, tests, faults, signs of life. */

/** Kinds of alarm, in Contact ID and in SIA, as `panel send` understands them. Weights: how often out of all. */
const ALARMS: readonly (readonly [what: string, weight: number])[] = [
  ['BA', 4],
  ['130', 3],
  ['134', 2],
  ['TA', 1],
  ['FA', 1],
  ['110', 1],
  ['PA', 1],
  ['122', 1],
  ['AT', 1],
  ['302', 1],
]
const WEIGHT = ALARMS.reduce((sum, [, weight]) => sum + weight, 0)
/** Share of steps that are no alarm: openings, closings, tests. */
const ROUTINE = 0.25

/** Endless. Starts with a link test and an alarm; an alarm is mostly followed by its restore. `random` in [0, 1). */
export function* script(zones: number, random: () => number): Generator<string> {
  yield 'heartbeat'
  yield* alarm(zones, random)
  for (let armed = true; ; armed = !armed) {
    yield* random() < ROUTINE ? routine(armed, random) : alarm(zones, random)
    if (random() < 0.3) yield 'heartbeat'
  }
}

function* alarm(zones: number, random: () => number): Generator<string> {
  const where = `zone ${1 + Math.floor(random() * Math.max(1, zones))} partition 1`
  const what = pick(random)
  yield `${what} ${where}`
  if (random() < 0.8) yield `${what} restore ${where}`
}

function* routine(armed: boolean, random: () => number): Generator<string> {
  const user = 1 + Math.floor(random() * 8)
  if (random() < 0.3) yield 'RP'
  else yield armed ? `OP user ${user} partition 1` : `401 restore user ${user} partition 1`
}

function pick(random: () => number): string {
  let at = random() * WEIGHT
  for (const [what, weight] of ALARMS) {
    at -= weight
    if (at < 0) return what
  }
  return 'BA'
}
