import {appendFile, readFile, stat} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {fileLoginLedger} from '../../src/cli/login-ledger.ts'
import {Secret} from '../../src/lib/secret.ts'
import {manualClock} from '../support/clock.ts'
import {tempFolder} from '../support/temp-folder.ts'

const wrong = {user: 'admin', password: new Secret('canary-wrong')}
const right = {user: 'admin', password: new Secret('canary-right')}
const third = {user: 'admin', password: new Secret('canary-third')}
const CAMERA = '10.0.0.5:80'
const HALF_HOUR = 30 * 60_000

test('login ledger: a refused password is not tried again for half an hour, also by the next command', async () => {
  const place = tempFolder()
  const clock = manualClock(1_000)
  const first = fileLoginLedger(clock, place)
  expect(first.mayTry(CAMERA, wrong)).toBe(true)
  first.trying(CAMERA, wrong)
  first.failed(CAMERA, wrong)
  first.close()
  const second = fileLoginLedger(clock, place)
  expect(second.mayTry(CAMERA, wrong)).toBe(false)
  expect(second.mayTry('10.0.0.6:80', wrong)).toBe(true)
  clock.advance(HALF_HOUR + 1)
  expect(second.mayTry(CAMERA, wrong)).toBe(true)
  second.close()
})

test('login ledger: a corrected password may be tried, a third one may not', async () => {
  const ledger = fileLoginLedger(manualClock(), tempFolder())
  ledger.failed(CAMERA, wrong)
  expect(ledger.mayTry(CAMERA, right)).toBe(true)
  ledger.failed(CAMERA, right)
  expect(ledger.mayTry(CAMERA, third)).toBe(false)
  ledger.close()
})

test('login ledger: a login that was cut off by a crash counts as a failure', async () => {
  const place = tempFolder()
  fileLoginLedger(manualClock(), place).trying(CAMERA, right)
  expect(fileLoginLedger(manualClock(), place).mayTry(CAMERA, right)).toBe(false)
})

test('login ledger: a success takes everything back', async () => {
  const place = tempFolder()
  const ledger = fileLoginLedger(manualClock(), place)
  ledger.failed(CAMERA, wrong)
  ledger.trying(CAMERA, right)
  ledger.succeeded(CAMERA, right)
  expect(ledger.mayTry(CAMERA, wrong)).toBe(true)
  expect(fileLoginLedger(manualClock(), place).mayTry(CAMERA, right)).toBe(true)
})

test('login ledger: its file is for the owner only and holds no password; torn and foreign lines are passed over', async () => {
  const place = tempFolder()
  const path = join(place, 'logins.jsonl')
  fileLoginLedger(manualClock(), place).failed(CAMERA, wrong)
  await appendFile(path, '{"at":12,"dev\nnull\n{"at":"x"}\n')
  expect(fileLoginLedger(manualClock(), place).mayTry(CAMERA, wrong)).toBe(false)
  expect(await readFile(path, 'utf8')).not.toContain('canary')
  if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test('login ledger: a device is quiet when nothing was refused for half an hour, whatever was accepted since', async () => {
  const place = tempFolder()
  const clock = manualClock(1_000)
  const ledger = fileLoginLedger(clock, place)
  expect(ledger.isQuiet?.(CAMERA)).toBe(true)
  ledger.trying(CAMERA, right)
  expect(ledger.isQuiet?.(CAMERA)).toBe(false)
  ledger.succeeded(CAMERA, right)
  expect(ledger.isQuiet?.(CAMERA)).toBe(true)
  ledger.trying(CAMERA, wrong)
  ledger.failed(CAMERA, wrong)
  ledger.trying(CAMERA, right)
  ledger.succeeded(CAMERA, right)
  expect([ledger.isQuiet?.(CAMERA), ledger.isQuiet?.('10.0.0.6:80')]).toEqual([false, true])
  ledger.close()
  const next = fileLoginLedger(clock, place)
  expect(next.isQuiet?.(CAMERA)).toBe(false)
  clock.advance(HALF_HOUR + 1)
  expect(next.isQuiet?.(CAMERA)).toBe(true)
  next.close()
})
