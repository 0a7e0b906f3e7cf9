import {expect, test} from 'vitest'
import {ask, emptyTally} from '../../support/dc09-hostile.ts'
import {inputOf} from '../../support/dc09-inputs.ts'

const COUNT = 10_000
const SEED = 20_261_123

test('dc09: whatever a peer sends, it is "need more", a message or the remote error (npm run fuzz -- dc09 asks a million)', () => {
  const tally = emptyTally()
  for (let index = 0; index < COUNT; index++) {
    const bytes = inputOf(SEED, index)
    try {
      ask(bytes, index % (bytes.length + 1), tally)
    } catch (error) {
      throw new Error(`npm run fuzz -- dc09 ${COUNT} ${SEED} ${index}`, {cause: error})
    }
  }
  expect(tally.needMore + tally.messages + tally.remoteErrors).toBe(COUNT)
  // Deep enough: plenty of them are frames, open with a key, say something, and are written again as they came.
  for (const count of [tally.frames, tally.signals, tally.rewritten]) expect(count).toBeGreaterThan(COUNT / 10)
  expect(tally.opened).toBeGreaterThan(COUNT / 100)
}, 300_000)

test('dc09: the same seed and number make the same input', () => {
  expect([inputOf(7, 3), inputOf(7, 4)]).toEqual([inputOf(7, 3), inputOf(7, 4)])
  expect(inputOf(7, 3)).not.toEqual(inputOf(8, 3))
})
