/** A million and more bad inputs for everything that reads DC-09: npm run fuzz -- [COUNT] [SEED] [INDEX] (one input of a run again). */
import {ask, emptyTally} from '../support/dc09-hostile.ts'
import {inputOf} from '../support/dc09-inputs.ts'

const PROGRESS = 100_000
const [count = 1_000_000, seed = Date.now() % 2 ** 32, only] = process.argv.slice(2).map(Number)
const started = performance.now()
const tally = emptyTally()
console.log(`seed ${seed}, ${only === undefined ? `${count} inputs` : `input ${only}`}`)
const [from, to] = only === undefined ? [0, count] : [only, only + 1]
for (let index = from; index < to; index++) {
  if (index % PROGRESS === PROGRESS - 1) console.error(`${index + 1} of ${to}`)
  const bytes = inputOf(seed, index)
  try {
    ask(bytes, index % (bytes.length + 1), tally)
  } catch (error) {
    console.error(`input ${index}: ${Buffer.from(bytes).toString('hex')}\n`, error)
    console.error(`again: npm run fuzz -- ${count} ${seed} ${index}`)
    process.exitCode = 1
    break
  }
}
const seconds = (performance.now() - started) / 1000
console.log(JSON.stringify(tally))
console.log(`${Math.round((to - from) / seconds).toLocaleString('en-GB')} inputs/s, ${seconds.toFixed(1)} s`)
