/** Appends batches of 20 observations and says how many are safe, until it is killed. */
import {appendObservations} from '../../src/health/store/append.ts'
import {observation} from './observations.ts'

const [folder = '', round = ''] = process.argv.slice(2)
for (let count = 0; count < 20_000; count += 20) {
  const batch = Array.from({length: 20}, (_, index) => observation({camera: `r${round}-${count + index}`}))
  await appendObservations(folder, batch)
  console.log(count + 20)
}
