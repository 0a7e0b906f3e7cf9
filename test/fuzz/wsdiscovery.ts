/** A million and more bad datagrams for everything that reads WS-Discovery: node test/fuzz/wsdiscovery.ts [COUNT] [SEED] [INDEX] (one of a run again). */
import {askDatagram, datagramOf, emptyCounts} from '../support/wsdiscovery-hostile.ts'

const PROGRESS = 100_000
const [count = 1_000_000, seed = Date.now() % 2 ** 32, only] = process.argv.slice(2).map(Number)
const started = performance.now()
const counts = emptyCounts()
console.log(`seed ${seed}, ${only === undefined ? `${count} datagrams` : `datagram ${only}`}`)
const [from, to] = only === undefined ? [0, count] : [only, only + 1]
for (let index = from; index < to; index++) {
  if (index % PROGRESS === PROGRESS - 1) console.error(`${index + 1} of ${to}`)
  const bytes = datagramOf(seed, index)
  try {
    askDatagram(bytes, index, counts)
  } catch (error) {
    console.error(`datagram ${index}: ${Buffer.from(bytes).toString('hex')}\n`, error)
    console.error(`again: node test/fuzz/wsdiscovery.ts ${count} ${seed} ${index}`)
    process.exitCode = 1
    break
  }
}
const seconds = (performance.now() - started) / 1000
console.log(JSON.stringify(counts))
console.log(`${Math.round((to - from) / seconds).toLocaleString('en-GB')} datagrams/s, ${seconds.toFixed(1)} s`)
