import {expect, test} from 'vitest'
import {loginGate} from '../../src/camera/login-gate.ts'
import {Secret} from '../../src/lib/secret.ts'
import {manualClock} from '../support/clock.ts'

const login = {user: 'admin', password: new Secret('x')}
const other = {user: 'admin', password: new Secret('y')}

/** Asks `count` times and says, once everything has settled, which have been admitted. */
async function asked(count: number, gate = loginGate(manualClock()), credential = login) {
  const answers: (boolean | 'waits')[] = Array(count).fill('waits')
  for (let index = 0; index < count; index++) void gate.admit(credential).then((answer) => (answers[index] = answer))
  await settled()
  return answers
}
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

test('login gate: while the password is unproven one camera at a time is asked', async () => {
  expect(await asked(3)).toEqual([true, 'waits', 'waits'])
})

test('login gate: after the first success five, after five more all', async () => {
  const gate = loginGate(manualClock())
  const answers = await asked(100, gate)
  gate.settle(login, 'accepted')
  await settled()
  expect(answers.filter((answer) => answer === true)).toHaveLength(6)
  for (let index = 0; index < 5; index++) gate.settle(login, 'accepted')
  await settled()
  expect(answers.filter((answer) => answer === true)).toHaveLength(100)
})

test('login gate: three refusals in a row close it, and nobody who waits gets in', async () => {
  const gate = loginGate(manualClock())
  const answers = await asked(1_000, gate)
  for (let index = 0; index < 3; index++) {
    gate.settle(login, 'refused')
    await settled()
  }
  expect(answers.filter((answer) => answer === true)).toHaveLength(3)
  expect(answers.filter((answer) => answer === false)).toHaveLength(997)
})

test('login gate: one camera with a password of its own does not close it', async () => {
  const gate = loginGate(manualClock())
  for (const outcome of ['refused', 'refused', 'accepted', 'refused', 'refused'] as const) {
    expect(await gate.admit(login)).toBe(true)
    gate.settle(login, outcome)
  }
  expect(await gate.admit(login)).toBe(true)
})

test('login gate: a canary that hangs holds up the others for a second at the most', async () => {
  const clock = manualClock()
  const answers = await asked(2, loginGate(clock))
  clock.advance(999)
  await settled()
  expect(answers).toEqual([true, 'waits'])
  clock.advance(1)
  await settled()
  expect(answers).toEqual([true, true])
})

test('login gate: passwords are judged apart', async () => {
  const gate = loginGate(manualClock())
  for (let index = 0; index < 3; index++) {
    await gate.admit(login)
    gate.settle(login, 'refused')
  }
  expect(await gate.admit(login)).toBe(false)
  expect(await gate.admit(other)).toBe(true)
})
