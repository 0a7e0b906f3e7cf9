/** Lines that tell of no change: none is lost to a full disk, and a flood becomes few. */
import {expect, test} from 'vitest'
import type {AuditNote} from '../../../src/platform/audit/line.ts'
import {AuditPen} from '../../../src/platform/audit/pen.ts'
import {manualClock} from '../../support/clock.ts'

const note = (what: string, from = '10.0.0.1'): AuditNote => ({who: 'nobody', from, what})

function paper() {
  const written: AuditNote[] = []
  const state = {isFull: false}
  const clock = manualClock(1_000_000)
  const write = async (line: AuditNote) => {
    await Promise.resolve()
    if (state.isFull) throw new Error('full')
    written.push(line)
  }
  return {pen: new AuditPen({clock, write}), written, state, clock, whats: () => written.map(({what}) => what)}
}

test('lines are written in their order, also those that come while one is being written', async () => {
  const {pen, whats} = paper()
  for (let round = 0; round < 5; round++) {
    await Promise.all([pen.note(note('a')), pen.note(note('b'))])
    await pen.note(note('c'))
  }
  expect(whats()).toEqual(Array(5).fill(['a', 'b', 'c']).flat())
})

test('a note at the very moment at which the one before is done is not left lying', async () => {
  const {pen, whats} = paper()
  const first = pen.note(note('a'))
  void first.then(() => undefined)
  await Promise.resolve()
  await Promise.resolve()
  await pen.note(note('b'))
  await first
  expect(whats()).toEqual(['a', 'b'])
})

test('what a full disk refuses follows when it takes lines again; beyond what is held, the number does', async () => {
  const {pen, written, state, whats} = paper()
  state.isFull = true
  for (let n = 0; n < 600; n++) await pen.note(note(`n${n}`))
  expect(written).toEqual([])
  state.isFull = false
  await pen.note(note('last'))
  expect(whats().slice(0, 500)).toEqual(Array.from({length: 500}, (_, n) => `n${n}`))
  expect(written.slice(500)).toEqual([
    expect.objectContaining({what: 'audit.lost', detail: '101 lines could not be kept while the disk took none'}),
  ])
})

test('a flood is five lines a minute from one address, and says how many it stands for', async () => {
  const {pen, written, clock} = paper()
  for (let n = 0; n < 50; n++) await pen.flood(note('login.failed'))
  await pen.flood(note('login.failed', '10.0.0.2'))
  expect(written).toHaveLength(6)
  expect(written[5]).toMatchObject({from: '10.0.0.2', detail: 'and 45 more before it'})
  clock.advance(60_000)
  await pen.flood(note('login.failed'))
  expect(written).toHaveLength(7)
})

test('many addresses are a flood, too', async () => {
  const {pen, written} = paper()
  for (let n = 0; n < 5_000; n++) await pen.flood(note('login.failed', `10.1.${n % 250}.${n % 7}`))
  expect(written.length).toBeLessThanOrEqual(120)
})
