import {expect, test} from 'vitest'
import {askMedia, emptyMediaTally} from '../support/media-hostile.ts'
import {inputOf} from '../support/media-inputs.ts'

const COUNT = 3_000
const SEED = 20_261_126

test('media: whatever a camera sends, it is a picture, nothing, or a named error (npm run fuzz -- media asks a million)', () => {
  const tally = emptyMediaTally()
  for (let index = 0; index < COUNT; index++) {
    try {
      askMedia(inputOf(SEED, index), tally)
    } catch (error) {
      throw new Error(`npm run fuzz -- media ${COUNT} ${SEED} ${index}`, {cause: error})
    }
  }
  expect(tally.inputs).toBe(COUNT)
  // Deep enough: plenty of them are pictures, descriptions, reports and sets all the same.
  for (const count of [tally.keyFrames, tally.sizes, tally.reports, tally.sounds, tally.sets, tally.descriptions]) {
    expect(count).toBeGreaterThan(COUNT / 10)
    expect(count).toBeLessThan(COUNT)
  }
}, 300_000)

test('media: the same seed and number make the same input', () => {
  expect(inputOf(7, 3)).toEqual(inputOf(7, 3))
  expect(inputOf(7, 3)).not.toEqual(inputOf(8, 3))
})
