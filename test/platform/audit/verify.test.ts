/** The audit chain: every change shows, what cannot show is said. */
import {expect, test} from 'vitest'
import {BEFORE_FIRST, hashOf, type KeptLine, lineText} from '../../../src/platform/audit/line.ts'
import {verifyLines} from '../../../src/platform/audit/verify.ts'

function chain(count: number): KeptLine[] {
  const lines: KeptLine[] = []
  for (let n = 1; n <= count; n++) {
    const line = lineText({
      n,
      at: 1_000 + n,
      who: 'user anna',
      role: 'operator',
      from: '10.0.0.9',
      what: 'alarm.ack',
      on: `alarm/${n}`,
    })
    lines.push({n, line, hash: hashOf(lines.at(-1)?.hash ?? BEFORE_FIRST, line)})
  }
  return lines
}

test('a line is what it says in the header of its file', () => {
  expect(chain(1)[0]?.line).toBe(
    '{"n":1,"at":1001,"who":"user anna","role":"operator","from":"10.0.0.9","what":"alarm.ack","on":"alarm/1"}',
  )
})

test('texts of others cannot make a second line, and are bounded', () => {
  const line = lineText({n: 1, at: 1, who: 'user a\n{"n":2}', from: '\u001b[2J', what: 'x'.repeat(9_000)})
  expect(line).not.toMatch(/[\u0000-\u001f]/)
  expect(line.length).toBeLessThan(1_000)
})

test('an untouched chain is intact, the empty one too', async () => {
  const lines = chain(50)
  expect(await verifyLines(lines)).toEqual({state: 'intact', lines: 50, head: lines[49]?.hash})
  expect(await verifyLines([])).toEqual({state: 'intact', lines: 0, head: BEFORE_FIRST})
})

test('every character of every line and hash that is changed shows, at that line', async () => {
  const lines = chain(4)
  for (const [index, kept] of lines.entries()) {
    for (const member of ['line', 'hash'] as const) {
      for (let at = 0; at < kept[member].length; at++) {
        const other = kept[member][at] === '0' ? '1' : '0'
        const text = kept[member].slice(0, at) + other + kept[member].slice(at + 1)
        const touched = lines.with(index, {...kept, [member]: text})
        expect(await verifyLines(touched)).toMatchObject({state: 'broken', line: index + 1})
      }
    }
  }
})

test.each([
  ['taken out', (lines: KeptLine[]) => lines.toSpliced(1, 1), 2],
  [
    'taken out and renumbered',
    (lines: KeptLine[]) => lines.toSpliced(1, 1).map((kept, at) => ({...kept, n: at + 1})),
    2,
  ],
  ['added', (lines: KeptLine[]) => lines.toSpliced(1, 0, lines[1]!), 3],
  ['swapped', (lines: KeptLine[]) => [lines[0]!, lines[2]!, lines[1]!, lines[3]!], 2],
  ['first taken off', (lines: KeptLine[]) => lines.slice(1), 1],
])('a line %s shows', async (_what, touch, line) => {
  expect(await verifyLines(touch(chain(4)))).toMatchObject({state: 'broken', line})
})

test('a line that is found by something else than it says shows', async () => {
  const lines = chain(3).map((kept) => ({...kept, isFoundRight: kept.n !== 2}))
  expect(await verifyLines(lines)).toMatchObject({state: 'broken', line: 2})
})

test('lines cut off the end, or a log written anew, show against a hash that was kept elsewhere', async () => {
  const lines = chain(4)
  const head = lines[3]!.hash
  expect(await verifyLines(lines, head)).toMatchObject({state: 'intact', expected: 'found'})
  expect(await verifyLines(chain(9), head)).toMatchObject({state: 'intact', expected: 'found'})
  expect(await verifyLines(lines.slice(0, 3), head)).toMatchObject({state: 'intact', expected: 'missing'})
  expect(await verifyLines([], head)).toMatchObject({state: 'intact', expected: 'missing'})
  expect(await verifyLines([], BEFORE_FIRST)).toMatchObject({state: 'intact', expected: 'found'})
})
