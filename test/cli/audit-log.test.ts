/** The audit log's file: one chain for all commands, private, and whole again after a kill. */
import {appendFileSync, readFileSync, statSync, truncateSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {AuditLog} from '../../src/cli/audit-log.ts'
import {verifyChain} from '../../src/panel/audit/chain.ts'
import type {AuditEntry} from '../../src/panel/audit/entry.ts'
import {manualClock} from '../support/clock.ts'
import {tempFolder} from '../support/temp-folder.ts'

const entry = (seq: number): AuditEntry => ({what: 'send', account: '1234', receiver: '127.0.0.1:1', event: 'BA', seq})
const logIn = (folder: string, by = 'anna') => new AuditLog(manualClock(5), {folder, by})
const fileIn = (folder: string) => join(folder, 'audit.jsonl')
const linesIn = (folder: string) => readFileSync(fileIn(folder), 'utf8').split('\n').slice(0, -1)

async function verdictOf(folder: string) {
  const log = logIn(folder)
  const verdict = await verifyChain(log.lines())
  log.close()
  return verdict
}

test('audit log: who, when and what, in one line, for its owner only', async () => {
  const folder = join(tempFolder(), 'state')
  const log = logIn(folder)
  await log.note({...entry(7), window: 12})
  log.close()
  expect(linesIn(folder).map((line) => JSON.parse(line))).toEqual([
    {
      at: 5,
      by: 'anna',
      what: 'send',
      account: '1234',
      receiver: '127.0.0.1:1',
      event: 'BA',
      seq: 7,
      window: 12,
      prev: '0'.repeat(64),
    },
  ])
  if (process.platform !== 'win32')
    expect([statSync(folder).mode & 0o777, statSync(fileIn(folder)).mode & 0o777]).toEqual([0o700, 0o600])
})

test('audit log: many writers at a time make one chain', async () => {
  const folder = tempFolder()
  const logs = ['anna', 'bob', 'carol'].map((by) => logIn(folder, by))
  await Promise.all(Array.from({length: 60}, (_, index) => logs[index % 3]?.note(entry(index))))
  for (const log of logs) log.close()
  expect(await verdictOf(folder)).toMatchObject({state: 'intact', lines: 60})
  const seqs = linesIn(folder).map((line) => JSON.parse(line).seq)
  expect(seqs.toSorted((a, b) => a - b)).toEqual(Array.from({length: 60}, (_, index) => index))
})

test('audit log: cut at any byte of its last line, the next entry names it and goes on', async () => {
  const folder = tempFolder()
  const first = logIn(folder)
  for (const seq of [1, 2, 3]) await first.note(entry(seq))
  const whole = readFileSync(fileIn(folder))
  const from = whole.lastIndexOf('\n', whole.length - 2) + 1
  for (const size of [from + 1, from + 40, whole.length - 2, whole.length - 1]) {
    writeFileSync(fileIn(folder), whole)
    truncateSync(fileIn(folder), size)
    expect(await verdictOf(folder)).toMatchObject({state: 'torn', line: 3})
    await first.note(entry(9))
    const onlyLineEnd = size === whole.length - 1
    expect(await verdictOf(folder)).toMatchObject({
      state: 'intact',
      lines: onlyLineEnd ? 4 : 5,
      repaired: onlyLineEnd ? [] : [3],
    })
  }
  first.close()
})

test('audit log: a repair that was itself cut short is repaired', async () => {
  const folder = tempFolder()
  const log = logIn(folder)
  await log.note(entry(1))
  appendFileSync(fileIn(folder), '{"at":1,"by":"a\n{"at":2,"wh')
  await log.note(entry(2))
  log.close()
  expect(await verdictOf(folder)).toMatchObject({state: 'intact', lines: 5, repaired: [2, 3]})
})

test('audit log: what was tampered with stays broken, whatever is written behind it', async () => {
  const folder = tempFolder()
  const log = logIn(folder)
  for (const seq of [1, 2, 3]) await log.note(entry(seq))
  writeFileSync(fileIn(folder), readFileSync(fileIn(folder), 'utf8').replace('"seq":2', '"seq":8'))
  await log.note(entry(4))
  log.close()
  expect(await verdictOf(folder)).toMatchObject({state: 'broken', line: 3})
})

test('audit log: hostile and endless texts are made short and safe', async () => {
  const folder = tempFolder()
  const log = logIn(folder, 'eve\u001B[2J\n{"at":1}')
  await log.note({...entry(1), event: `BA\n${'x'.repeat(100_000)}`, detail: '\u202Eevil'})
  log.close()
  const [line = '', ...more] = linesIn(folder)
  expect([more, line.length < 1_000]).toEqual([[], true])
  expect(line).not.toMatch(/\u001B|\u202E/)
})

test('audit log: a folder that cannot be written is named, and nothing is done', async () => {
  const folder = tempFolder()
  writeFileSync(join(folder, 'file'), '')
  await expect(logIn(join(folder, 'file')).note(entry(1))).rejects.toMatchObject({code: 'CW_IO'})
})
