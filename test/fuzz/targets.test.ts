import {execa} from 'execa'
import {expect, test} from 'vitest'
import {GROUPS, type Outcomes, TARGETS} from './targets.ts'

const COUNT = 400
const SEED = 20_261_126

// How deep they go: of every target the outcome that only a whole answer has.
test.each([
  ['soap', 'values'],
  ['wsn', 'notices'],
  ['wsn', 'granted'],
  ['wsdiscovery', 'found'],
  ['httpauth', 'answered'],
  ['rtsp', 'no-frames'],
  ['sdp', 'picture and sound'],
  ['rtp', 'units'],
  ['h264', 'picture'],
  ['h265', 'picture'],
  ['media', 'keyFrames'],
  ['dc09', 'opened'],
])('fuzz %s: a value or a named error, and some are "%s" (npm run fuzz asks a million)', (name, deep) => {
  const outcomes: Outcomes = {}
  for (let index = 0; index < COUNT; index++) TARGETS[name]!(SEED, index, outcomes)
  expect(outcomes[deep]).toBeGreaterThan(0)
})

test('fuzz: every target is in the table above, and cameras are all but panels', () => {
  expect(GROUPS.all).toEqual([...GROUPS.camera!, 'dc09'])
})

test('fuzz: the same seed makes the same run; a line a target, exit status 0', async () => {
  const run = () => execa(process.execPath, ['test/fuzz/run.ts', 'h264', '200', '7'])
  const [first, second] = await Promise.all([run(), run()])
  const line = /^h264: 200 inputs, 0 failures, slowest [\d.]+ ms \(input \d+\), [\d,]+ inputs\/s; (.*)$/m
  expect(first.stdout).toContain('seed 7, 200 inputs of each of h264')
  expect(line.exec(first.stdout)?.[1]).toBe(line.exec(second.stdout)?.[1])
})

test('fuzz: a target that there is not is exit status 2, with those that there are', async () => {
  const {exitCode, stderr} = await execa(process.execPath, ['test/fuzz/run.ts', 'nothing'], {reject: false})
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('all|camera|soap|wsn')])
})
