import {spawn} from 'node:child_process'
import {appendFileSync, mkdirSync, readdirSync, statSync, truncateSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect, test} from 'vitest'
import type {Observation} from '../../src/health/observation.ts'
import {appendObservations} from '../../src/health/store/append.ts'
import {lines} from '../../src/health/store/lines.ts'
import {storedDays} from '../../src/health/store/read.ts'
import {retain} from '../../src/health/store/retain.ts'
import {DEAD, HOUR, NOON, observation} from '../support/observations.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {until} from '../support/wait.ts'

const always = {from: 0, to: NOON * 2}

async function stored(folder: string, period = always) {
  const all: Observation[] = []
  let unreadable = 0
  for await (const day of storedDays(folder, period)) {
    all.push(...day.observations)
    unreadable += day.unreadable
  }
  return {all, unreadable}
}

test('what goes in comes out, a file a day, for its owner only', async () => {
  const folder = join(tempFolder(), 'observations')
  const seen = [observation(), observation({at: NOON + 24 * HOUR, osd: ['门口', 'x'], ...DEAD})]
  expect(await appendObservations(folder, seen)).toBe(2)
  expect(readdirSync(folder)).toEqual(['2026-07-14.jsonl', '2026-07-15.jsonl'])
  expect(statSync(join(folder, '2026-07-14.jsonl')).mode & 0o777).toBe(0o600)
  expect(await stored(folder)).toEqual({all: seen, unreadable: 0})
  expect((await stored(folder, {from: NOON + 12 * HOUR, to: NOON + 13 * HOUR})).all).toEqual([seen[1]])
})

test('cut anywhere in its last line: the lines before it are read, the next one is not glued to it', async () => {
  const whole = `${JSON.stringify({v: 1, ...observation({camera: 'second'})})}\n`
  for (let cut = 1; cut < whole.length; cut += 7) {
    const folder = tempFolder()
    await appendObservations(folder, [observation({camera: 'first'})])
    const path = join(folder, '2026-07-14.jsonl')
    appendFileSync(path, whole)
    truncateSync(path, statSync(path).size - cut)
    await appendObservations(folder, [observation({camera: 'third'})])
    const {all, unreadable} = await stored(folder)
    const names = all.map(({camera}) => camera)
    expect([names, unreadable]).toEqual(cut === 1 ? [['first', 'second', 'third'], 0] : [['first', 'third'], 1])
  }
})

test('lines that are none, lie about their day, or never end are counted', async () => {
  const folder = tempFolder()
  await appendObservations(folder, [observation()])
  const path = join(folder, '2026-07-14.jsonl')
  const odd = [
    '{"v":1}',
    '[]',
    'null',
    '{"__proto__":{"v":1}}',
    JSON.stringify({v: 1, ...observation({at: NOON + 24 * HOUR})}),
  ]
  appendFileSync(path, `${odd.join('\n')}\n${'x'.repeat(3 * 1024 * 1024)}\n\n`)
  mkdirSync(join(folder, '2026-07-13.jsonl'))
  writeFileSync(join(folder, 'notes.txt'), 'mine')
  expect(await stored(folder)).toEqual({all: [observation()], unreadable: odd.length + 1})
})

test('lines: whole, byte by byte, in threes', async () => {
  const bytes = Buffer.from('一\n\ntwo\nthree')
  for (const size of [1, 3, bytes.length]) {
    const pieces = Array.from({length: Math.ceil(bytes.length / size)}, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    )
    const found: (string | undefined)[] = []
    for await (const line of lines(
      'x',
      (async function* () {
        yield* pieces
      })(),
    ))
      found.push(line)
    expect(found).toEqual(['一', 'two', 'three'])
  }
})

test.each([
  ['healthy with a failed check', {checks: 'ooooof'}],
  ['healthy with a check not made', {checks: 'ooooos'}],
  ['healthy with a cause', {cause: 'auth'}],
  ['dead with every check passed', {verdict: 'dead', cause: 'dns'}],
  ['impaired without a warning', {verdict: 'impaired', cause: 'clock-skew'}],
])('an observation that contradicts itself is refused: %s', (_what, changes) => {
  expect(() => observation(changes)).toThrow('CW_BAD_VALUE')
})

test('retention drops whole days that are older, and nothing else', async () => {
  const folder = tempFolder()
  await appendObservations(
    folder,
    [-72, -48, -24, 0].map((hours) => observation({at: NOON + hours * HOUR})),
  )
  writeFileSync(join(folder, '2020-01-01.txt'), '')
  expect(await retain(folder, 36 * HOUR, NOON)).toBe(2)
  expect(readdirSync(folder)).toEqual(['2020-01-01.txt', '2026-07-13.jsonl', '2026-07-14.jsonl'])
})

test('two writers at a time, killed at any moment: every batch that they spoke of is whole', async () => {
  const folder = tempFolder()
  for (let round = 1; round <= 5; round += 1) {
    const writers = [`${round}a`, `${round}b`].map((name) => writer(folder, name))
    await until(() => writers.every(({told}) => told().length > round * 2))
    for (const {child} of writers) child.kill('SIGKILL')
    for (const {name, ended, told} of writers) {
      await ended
      const {all} = await stored(folder)
      const own = new Set(all.filter(({camera}) => camera.startsWith(`r${name}-`)).map(({camera}) => camera))
      expect(own.size).toBeGreaterThanOrEqual(told().at(-1) ?? 0)
    }
  }
  // A torn line is one unreadable line, and so is what a writer put behind it in the same moment.
  expect((await stored(folder)).unreadable).toBeLessThanOrEqual(10)
})

/** A process that appends batches; `told`: what it said so far. */
function writer(folder: string, name: string) {
  const script = fileURLToPath(new URL('../support/observation-writer.ts', import.meta.url))
  const child = spawn(process.execPath, [script, folder, name], {stdio: ['ignore', 'pipe', 'inherit']})
  let text = ''
  child.stdout.on('data', (chunk) => {
    text += chunk
  })
  const ended = new Promise((resolve) => child.once('close', resolve))
  return {name, child, ended, told: () => text.split('\n').slice(0, -1).map(Number)}
}
