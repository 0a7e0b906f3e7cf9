/** The chain of the audit log: what was changed shows, what a kill cut short is named. */
import {describe, expect, test} from 'vitest'
import {FIRST, hashOf, lineText, readLine, tornHash, verifyChain} from '../../../src/panel/audit/chain.ts'

/** A log of so many lines, as text. */
function logOf(count: number): string[] {
  const lines: string[] = []
  for (let at = 1; at <= count; at++) {
    const prev = at === 1 ? FIRST : hashOf(lines.at(-1) ?? '')
    lines.push(lineText({at, by: 'anna', what: 'send', account: '1234', event: `BA zone ${at}`, prev}))
  }
  return lines
}

const raw = (lines: readonly string[], whole = true) =>
  lines.map((line, index) => ({bytes: Buffer.from(line), whole: whole || index < lines.length - 1}))
const repairOf = (torn: readonly string[], before: string) =>
  lineText({
    at: 9,
    by: 'bob',
    what: 'repair',
    account: '',
    torn: tornHash(torn.map((line) => Buffer.from(line))),
    prev: hashOf(before),
  })

describe('audit chain', () => {
  test('a log that nobody touched is intact', async () => {
    const lines = logOf(5)
    const last = hashOf(lines[4] ?? '')
    expect(await verifyChain(raw(lines))).toEqual({state: 'intact', lines: 5, repaired: [], last})
    expect(await verifyChain([])).toEqual({state: 'intact', lines: 0, repaired: [], last: FIRST})
  })

  test.each<[string, number, (lines: string[]) => void]>([
    ['a changed line', 4, (lines) => void lines.splice(2, 1, (lines[2] ?? '').replace('zone 3', 'zone 8'))],
    ['a line taken out', 3, (lines) => void lines.splice(2, 1)],
    ['a line put in', 4, (lines) => void lines.splice(3, 0, lines[1] ?? '')],
    ['two lines exchanged', 3, (lines) => void lines.splice(2, 2, lines[3] ?? '', lines[2] ?? '')],
    ['a first line that is not the first', 1, (lines) => void lines.splice(0, 1)],
    ['a line made unreadable', 3, (lines) => void lines.splice(2, 1, 'x')],
    ['an empty line', 3, (lines) => void lines.splice(2, 0, '')],
    ['a line of another shape', 3, (lines) => void lines.splice(2, 1, '{"at":1}')],
    ['a repair of nothing', 3, (lines) => void lines.splice(2, 0, repairOf([], lines[1] ?? ''))],
  ])('%s breaks it at line %i', async (_, line, spoil) => {
    const lines = logOf(6)
    spoil(lines)
    expect(await verifyChain(raw(lines))).toMatchObject({state: 'broken', line})
  })

  test('a last line that was changed is found by the line behind it, when there is one', async () => {
    const [one = '', two = ''] = logOf(2)
    expect(await verifyChain(raw([one, two.replace('anna', 'eve')]))).toMatchObject({state: 'intact'})
    const next = lineText({at: 3, by: 'anna', what: 'send', account: '1', prev: hashOf(two)})
    expect(await verifyChain(raw([one, two.replace('anna', 'eve'), next]))).toMatchObject({state: 'broken', line: 3})
  })

  test('cut at any byte, the last line is torn and named', async () => {
    const lines = logOf(3)
    const text = lines.join('\n')
    for (let at = (lines[0] ?? '').length + 2; at < text.length; at++) {
      const cut = text.slice(0, at).split('\n')
      const {state, line} = await verifyChain(raw(cut.at(-1) === '' ? cut.slice(0, -1) : cut, text[at - 1] === '\n'))
      if (text[at - 1] === '\n') expect(state).toBe('intact')
      else expect({state, line}).toEqual({state: 'torn', line: cut.length})
    }
  })

  test('a repair names what was cut short, however often', async () => {
    const [one = '', two = '', three = ''] = logOf(3)
    const torn = [three.slice(0, 20), '{"at":9,"by":"b']
    const repair = repairOf(torn, two)
    const next = lineText({at: 10, by: 'bob', what: 'send', account: '1234', prev: hashOf(repair)})
    const log = [one, two, ...torn, repair, next]
    expect(await verifyChain(raw(log))).toEqual({state: 'intact', lines: 6, repaired: [3, 4], last: hashOf(next)})
    for (const spoilt of [
      log.toSpliced(2, 1),
      log.toSpliced(2, 1, `${torn[0]} `),
      log.toSpliced(1, 1),
      log.toSpliced(4, 1),
    ])
      expect((await verifyChain(raw(spoilt))).state).toBe('broken')
  })

  test('noise is no line', () => {
    for (const text of ['', 'null', '[]', '{}', '1', '{"at":"1","by":"a","what":"send","account":"1","prev":""}'])
      expect(readLine(text)).toBeUndefined()
  })
})
