import {spawn} from 'node:child_process'
import {appendFileSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
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

test('a writer killed at any moment: every batch it spoke of is whole', async () => {
  const folder = tempFolder()
  const script = new URL('../support/observation-writer.ts', import.meta.url).pathname
  for (let round = 1; round <= 5; round += 1) {
    const child = spawn(process.execPath, [script, folder, String(round)], {stdio: ['ignore', 'pipe', 'inherit']})
    let told = ''
    child.stdout.on('data', (chunk) => {
      told += chunk
    })
    const ended = new Promise((resolve) => child.once('close', resolve))
    await until(() => told.split('\n').length > round * 2)
    child.kill('SIGKILL')
    await ended
    const spoken = told.split('\n').slice(0, -1).map(Number).at(-1) ?? 0
    const {all} = await stored(folder)
    expect(all.filter(({camera}) => camera.startsWith(`r${round}-`)).length).toBeGreaterThanOrEqual(spoken)
  }
  expect((await stored(folder)).unreadable).toBeLessThanOrEqual(5)
  expect(readFileSync(join(folder, '2026-07-14.jsonl'), 'utf8').length).toBeGreaterThan(0)
})
