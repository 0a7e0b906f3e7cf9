/**
 * Bad input for everything that reads what others send: npm run fuzz -- [TARGET|camera|all] [COUNT] [SEED] [INDEX]
 * COUNT inputs are shared evenly by the targets; INDEX asks one input of a run again. Each must end with a value or a named
 * error within a second. Prints a line a target; exit status 1 when one failed, 2 for a target that there is not.
 */
import {GROUPS, type Outcomes, TARGETS, type Target} from './targets.ts'

const STALL_MS = 1_000
/** Failures of a target that are printed; it is given up then. */
const MAX_FAILURES = 5

const [name = 'all', count = '1000000', seedText, only] = process.argv.slice(2)
const seed = seedText === undefined ? Date.now() % 2 ** 32 : Number(seedText)
const names = GROUPS[name] ?? (TARGETS[name] ? [name] : [])
if (names.length === 0 || !Number.isInteger(seed) || !(Number(count) >= 1)) {
  console.error(`npm run fuzz -- ${[...Object.keys(GROUPS), ...Object.keys(TARGETS)].join('|')} [COUNT] [SEED] [INDEX]`)
  process.exitCode = 2
} else {
  const each = Math.ceil(Number(count) / names.length)
  console.log(`seed ${seed}, ${each} inputs of each of ${names.join(', ')}`)
  for (const one of names)
    run(one, TARGETS[one] as Target, only === undefined ? [0, each] : [Number(only), Number(only) + 1])
}

function run(target: string, ask: Target, [from, to]: readonly [number, number]): void {
  const outcomes: Outcomes = {}
  const started = performance.now()
  const slowest = {ms: 0, index: from}
  let failures = 0
  let index = from
  for (; index < to && failures < MAX_FAILURES; index++) {
    const {failure, ms} = asked(() => ask(seed, index, outcomes))
    if (ms > slowest.ms) Object.assign(slowest, {ms, index})
    if (!failure && ms <= STALL_MS) continue
    failures += 1
    console.error(`${target} ${index}:`, failure?.error ?? `took ${Math.round(ms)} ms`)
    console.error(`again: npm run fuzz -- ${target} ${to} ${seed} ${index}`)
  }
  const seconds = (performance.now() - started) / 1_000
  const speed = Math.round((index - from) / seconds).toLocaleString('en-GB')
  const inputs = (index - from).toLocaleString('en-GB')
  console.log(
    `${target}: ${inputs} inputs, ${failures} failures, slowest ${slowest.ms.toFixed(1)} ms (input ${slowest.index}), ${speed} inputs/s; ${told(outcomes)}`,
  )
  if (failures > 0) process.exitCode = 1
}

/** What is slow is asked once more: the machine may have been busy with something else. */
function asked(work: () => void): {readonly failure: {readonly error: unknown} | undefined; readonly ms: number} {
  let ms = Number.POSITIVE_INFINITY
  for (let tries = 0; ; tries++) {
    const began = performance.now()
    const failure = failureOf(work)
    ms = Math.min(ms, performance.now() - began)
    if (failure || ms <= STALL_MS || tries > 0) return {failure, ms}
  }
}

function failureOf(work: () => void): {readonly error: unknown} | undefined {
  try {
    work()
  } catch (error) {
    return {error}
  }
  return undefined
}

function told(outcomes: Outcomes): string {
  const sorted = Object.entries(outcomes).sort(([, a], [, b]) => b - a)
  return sorted.map(([outcome, number]) => `${outcome} ${number.toLocaleString('en-GB')}`).join(', ')
}
