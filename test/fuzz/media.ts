/** A million and more bad inputs for everything that reads a camera's media: npm run fuzz:media -- [COUNT] [SEED] [INDEX] (one input of a run again). */
import {askMedia, emptyMediaTally} from '../support/media-hostile.ts'
import {inputOf} from '../support/media-inputs.ts'

const PROGRESS = 100_000
const [count = 1_000_000, seed = Date.now() % 2 ** 32, only] = process.argv.slice(2).map(Number)
const started = performance.now()
const tally = emptyMediaTally()
console.log(`seed ${seed}, ${only === undefined ? `${count} inputs` : `input ${only}`}`)
const [from, to] = only === undefined ? [0, count] : [only, only + 1]
for (let index = from; index < to; index++) {
  if (index % PROGRESS === PROGRESS - 1) console.error(`${index + 1} of ${to}`)
  try {
    askMedia(inputOf(seed, index), tally)
  } catch (error) {
    console.error(`input ${index}\n`, error)
    console.error(`again: npm run fuzz:media -- ${count} ${seed} ${index}`)
    process.exitCode = 1
    break
  }
}
const seconds = (performance.now() - started) / 1000
console.log(JSON.stringify(tally))
console.log(`${Math.round((to - from) / seconds).toLocaleString('en-GB')} inputs/s, ${seconds.toFixed(1)} s`)
