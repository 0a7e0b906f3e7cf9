/**
 * Watchers that stop reading: the platform's memory stays bounded, another watcher gets everything meanwhile, and whoever
 * reads on in time gets everything as well, in order.
 *
 *   node test/faults/stalled-watchers.ts [--watchers 50] [--megabytes 60]
 *
 * Prints what it saw; exit status 1 when something is missing or memory grew with what waits.
 */
import {readFileSync} from 'node:fs'
import {request} from 'node:http'
import {parseArgs} from 'node:util'
import {newPlace, type Served, serve} from './support/platform.ts'

const {values} = parseArgs({
  options: {watchers: {type: 'string', default: '50'}, megabytes: {type: 'string', default: '60'}},
})
const EVENT_CHARS = 8_000
const BATCH = 100
/** What one watcher that does not read may cost: 1 MiB in the platform, as much again on its way there. */
const MB_A_WATCHER = 2
const MB_AROUND = 150

interface Watcher {
  readonly seqs: readonly number[]
  pause(): void
  resume(): void
  /** Resolves once the entry has come. */
  reached(seq: number): Promise<void>
  close(): void
}

const place = newPlace()
try {
  const platform = await serve(place)
  process.exitCode = (await trial(platform, Number(values.watchers), Number(values.megabytes))) ? 0 : 1
  await platform.end('SIGTERM')
} finally {
  place.remove()
}

async function trial(platform: Served, count: number, megabytes: number): Promise<boolean> {
  const stalled = await Promise.all(Array.from({length: count}, () => watch(platform.url)))
  for (const watcher of stalled) watcher.pause()
  const reader = await watch(platform.url)
  const before = residentMb(platform)
  const events = Math.ceil((megabytes * 1024 * 1024) / EVENT_CHARS / BATCH) * BATCH
  for (let sent = 0; sent < events; sent += BATCH) await publish(platform.url, sent)
  await reader.reached(events)
  const grown = residentMb(platform) - before
  for (const watcher of stalled) watcher.resume()
  await Promise.all(stalled.map((watcher) => watcher.reached(events)))
  const dense = [reader, ...stalled].every(
    ({seqs}) => seqs.length === events && seqs.every((seq, at) => seq === at + 1),
  )
  for (const watcher of [reader, ...stalled]) watcher.close()
  const limit = MB_AROUND + count * MB_A_WATCHER
  console.log(
    JSON.stringify({
      watchers: count,
      events,
      waitingMb: megabytes * count,
      grownMb: Math.round(grown),
      limitMb: limit,
      dense,
    }),
  )
  return dense && grown <= limit
}

function watch(url: string): Promise<Watcher> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/v1/stream`, {headers: {accept: 'text/event-stream'}}, (response) => {
      const seqs: number[] = []
      const waiting = new Map<number, () => void>()
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
        const end = text.lastIndexOf('\n')
        for (const [, seq] of text.slice(0, end + 1).matchAll(/^id: [0-9a-f]+-(\d+)$/gm)) seqs.push(Number(seq))
        text = text.slice(end + 1)
        for (const [seq, wake] of waiting) if ((seqs.at(-1) ?? 0) >= seq) wake()
      })
      resolve({
        seqs,
        pause: () => response.pause(),
        resume: () => response.resume(),
        reached: (seq) =>
          new Promise((done, failed) => {
            if ((seqs.at(-1) ?? 0) >= seq) return done()
            waiting.set(seq, done)
            response.once('close', () => failed(new Error(`a watcher was cut off at ${seqs.at(-1)}`)))
          }),
        close: () => response.destroy(),
      })
    })
    asked.once('error', reject)
    asked.end()
  })
}

async function publish(url: string, first: number): Promise<void> {
  const events = Array.from({length: BATCH}, (_, index) => ({
    specversion: '1.0',
    source: '//faults/stalled',
    id: String(first + index),
    type: 'com.example.fault-test',
    data: {text: 'x'.repeat(EVENT_CHARS)},
  }))
  const reply = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify(events),
  })
  await reply.arrayBuffer()
  if (reply.status !== 202) throw new Error(`events were answered with ${reply.status}`)
}

/** Linux. */
function residentMb({pid}: Served): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024
}
