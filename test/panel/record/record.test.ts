import {appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, onTestFinished, test} from 'vitest'
import {RecordFile} from '../../../src/panel/record/file.ts'
import {readRecord, recordLines} from '../../../src/panel/record/read.ts'
import {tempFolder} from '../../support/temp-folder.ts'

const line = (type: string) => ({type, at: 1, account: '1234'})
const text = (...types: string[]) => types.map((type) => `${JSON.stringify(line(type))}\n`).join('')

describe('record: reading back', () => {
  test('a kill at any byte of the last line loses that line at most', () => {
    const sound = text('one', 'two')
    const whole = Buffer.from(sound + text('three'))
    for (let end = sound.length; end <= whole.length; end++) {
      const {lines, soundBytes, tornBytes} = recordLines(whole.subarray(0, end), 'record')
      const isWhole = end >= whole.length - 1 // without its line end it can still be read
      expect(lines.map(({type}) => type)).toEqual(isWhole ? ['one', 'two', 'three'] : ['one', 'two'])
      expect([soundBytes, tornBytes]).toEqual(isWhole ? [end, 0] : [sound.length, end - sound.length])
    }
  })

  test('an unreadable last line with a line end is torn as well: blocks that were never written are zeros', () => {
    expect(recordLines(Buffer.from(`${text('one')}\0\0\0\0\n`), 'record')).toMatchObject({tornBytes: 5})
  })

  test.each([
    'nonsense',
    '{"type":1}',
    '[]',
    'null',
    '{"type":"a","at":"now","account":"1"}',
    `{"type":"a","at":1,"account":"1","x":${'['.repeat(20)}${']'.repeat(20)}}`,
  ])('an unreadable line in the middle is an error that names it: %s', (bad) => {
    expect(() => recordLines(Buffer.from(`${text('one')}${bad}\n${text('two')}`), 'record')).toThrow(
      /CW_BAD_VALUE.*record line 2/,
    )
  })

  test('every text in it is made safe', () => {
    const hostile = JSON.stringify({...line('one'), name: '\u001B[2J\u202Eevil', deep: {list: ['a\nb']}})
    const [read] = recordLines(Buffer.from(`${hostile}\n`), 'record').lines
    expect(JSON.stringify(read)).not.toMatch(/\\u001b|\u202E|\\n/i)
  })

  test('a record that is not there', async () => {
    await expect(readRecord(join(tempFolder(), 'none'))).rejects.toMatchObject({code: 'CW_FILE_NOT_FOUND'})
  })
})

describe('record: writing', () => {
  const open = async (path: string, fresh = false) => {
    const record = await RecordFile.open(path, {fresh, now: Date.UTC(2026, 2, 1)})
    onTestFinished(() => record.close().catch(() => undefined))
    return record
  }

  test('what is appended after a torn line begins on a line of its own', async () => {
    const path = join(tempFolder(), 'deep', 'record.jsonl')
    const first = await open(path)
    await first.append(line('one'))
    await first.close()
    appendFileSync(path, '{"type":"torn","at":17')
    const second = await open(path)
    expect([second.lines.length, second.tornBytes]).toEqual([1, 22])
    await second.append(line('two'))
    await second.close()
    expect(readFileSync(path, 'utf8')).toBe(text('one', 'two'))
    expect(statSync(path).mode & 0o077).toBe(0)
  })

  test('a whole last line that lost its line end gets it back', async () => {
    const path = join(tempFolder(), 'record.jsonl')
    writeFileSync(path, text('one').trimEnd())
    const record = await open(path)
    await record.append(line('two'))
    await record.close()
    expect(readFileSync(path, 'utf8')).toBe(text('one', 'two'))
  })

  test('one process at a time; one that was killed holds nothing', async () => {
    const path = join(tempFolder(), 'record.jsonl')
    const record = await open(path)
    await expect(open(path)).rejects.toMatchObject({code: 'CW_LOCKED'})
    await record.close()
    writeFileSync(`${path}.lock`, '2147483646 1')
    await (await open(path)).close()
    expect(existsSync(`${path}.lock`)).toBe(false)
  })

  test('fresh keeps the old one beside the new one, and tells what was in it', async () => {
    const folder = tempFolder()
    const path = join(folder, 'record.jsonl')
    const old = await open(path)
    await old.append(line('one'))
    await old.close()
    const record = await open(path, true)
    expect([record.lines, record.aside.length]).toEqual([[], 1])
    await record.close()
    expect(readdirSync(folder).sort()).toEqual(['record.2026-03-01T00-00-00-000Z.jsonl', 'record.jsonl'])
    expect(readFileSync(join(folder, 'record.2026-03-01T00-00-00-000Z.jsonl'), 'utf8')).toBe(text('one'))
  })

  test('a record that nobody can read is left alone, and so is the lock', async () => {
    const path = join(tempFolder(), 'record.jsonl')
    writeFileSync(path, `garbage\n${text('one')}`)
    await expect(open(path)).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
    expect([readFileSync(path, 'utf8'), existsSync(`${path}.lock`)]).toEqual([`garbage\n${text('one')}`, false])
    const folder = join(tempFolder(), 'folder')
    mkdirSync(folder)
    await expect(open(folder)).rejects.toMatchObject({code: 'CW_IO'})
    await expect(open(folder, true)).rejects.toMatchObject({code: 'CW_IO'})
    await expect(readRecord('/dev/zero')).rejects.toMatchObject({
      code: process.platform === 'win32' ? 'CW_FILE_NOT_FOUND' : 'CW_IO',
    })
  })
})
