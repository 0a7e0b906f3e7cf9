/** A flood of refused frames becomes few entries, and none of the frames goes uncounted. */
import {expect, test} from 'vitest'
import {RefusalGate} from '../../src/platform/server/refusal-gate.ts'

test('one entry a sender and minute; the next one counts what was kept back', () => {
  const gate = new RefusalGate()
  expect([gate.admit('a', 0), gate.admit('a', 1), gate.admit('a', 59_999)]).toEqual([1, 0, 0])
  expect(gate.pending).toBe(2)
  expect(gate.admit('a', 60_000)).toBe(3)
  expect(gate.pending).toBe(0)
})

test('a thousand senders in one minute: 120 entries, the rest is counted', () => {
  const gate = new RefusalGate()
  const entries = Array.from({length: 1_000}, (_, sender) => gate.admit(String(sender), 5)).filter(
    (frames) => frames > 0,
  )
  expect(entries.length).toBe(120)
  expect(gate.pending).toBe(880)
})

test('what could not be written is counted by the next entry', () => {
  const gate = new RefusalGate()
  gate.giveBack(gate.admit('a', 0))
  expect(gate.pending).toBe(1)
  expect(gate.admit('b', 1)).toBe(2)
})

test('a clock that was set back does not silence anybody', () => {
  const gate = new RefusalGate()
  expect([gate.admit('a', 1_000_000), gate.admit('a', 5)]).toEqual([1, 1])
})
