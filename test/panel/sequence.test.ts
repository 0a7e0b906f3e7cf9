import {mkdirSync, readdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {execa} from 'execa'
import {expect, test} from 'vitest'
import {fileSequence, upcomingSequence} from '../../src/panel/sequence.ts'
import {tempFolder} from '../support/temp-folder.ts'

const take = async (folder: string, count: number, account = 'AB12') => {
  const sequence = fileSequence(folder, account)
  const taken: number[] = []
  while (taken.length < count) taken.push(await sequence.next())
  return taken
}
const journal = (folder: string, name: string, text: string) => {
  mkdirSync(join(folder, 'dc09-sequence', 'AB12'), {recursive: true})
  writeFileSync(join(folder, 'dc09-sequence', 'AB12', name), text)
}

test('sequence: numbers go on where the last run ended, each account has its own', async () => {
  const folder = tempFolder()
  expect(await upcomingSequence(folder, 'ab12')).toBe(1)
  expect(await take(folder, 2, 'ab12')).toEqual([1, 2])
  expect(await upcomingSequence(folder, 'AB12')).toBe(3)
  expect([await take(folder, 1), await take(folder, 1, '9999')]).toEqual([[3], [1]])
})

test('sequence: 9999 is followed by 1', async () => {
  const folder = tempFolder()
  journal(folder, '4', '9998\n')
  expect(await take(folder, 2)).toEqual([9_999, 1])
  expect(await upcomingSequence(folder, 'AB12')).toBe(2)
})

test('sequence: a full journal is followed by the next without a gap; few files are kept', async () => {
  const folder = tempFolder()
  journal(folder, '2', `2000\n${'x\n'.repeat(998)}`)
  journal(folder, '1', '1000\n')
  expect(await take(folder, 4)).toEqual([2_999, 3_000, 3_001, 3_002])
  expect(readdirSync(join(folder, 'dc09-sequence', 'AB12')).sort()).toEqual(['2', '3'])
})

test('sequence: what a kill or a power cut leaves behind costs a number at most', async () => {
  const folder = tempFolder()
  expect(await take(folder, 2)).toEqual([1, 2])
  const path = join(folder, 'dc09-sequence', 'AB12')
  writeFileSync(join(path, '1'), 'half', {flag: 'a'})
  writeFileSync(join(path, '.fresh'), '0')
  expect(await take(folder, 2)).toEqual([3, 4])
  journal(folder, '5', '')
  expect(await take(folder, 1)).toEqual([1_001])
  journal(folder, '6', 'rubbish\n')
  expect(await take(folder, 1)).toEqual([1])
  journal(folder, '7', 'x'.repeat(70_000))
  expect(await take(folder, 1)).toEqual([1_001])
})

test('sequence: a folder that cannot be used is named', async () => {
  const folder = tempFolder()
  writeFileSync(join(folder, 'dc09-sequence'), '')
  await expect(fileSequence(folder, 'AB12').next()).rejects.toThrow('CW_IO')
})

test('sequence: many takers at a time never share a number, also across the end of a journal', async () => {
  const folder = tempFolder()
  journal(folder, '1', `0\n${'x\n'.repeat(950)}`)
  const takers = Array.from({length: 8}, () => take(folder, 20))
  const numbers = (await Promise.all(takers)).flat().sort((a, b) => a - b)
  expect(numbers).toEqual(Array.from({length: 160}, (_, index) => 951 + index))
})

test('sequence: processes killed in the middle leave the account usable, and no number is used twice', async () => {
  const folder = tempFolder()
  const source = new URL('../../src/panel/sequence.ts', import.meta.url).href
  const script = `
    const {fileSequence} = await import(${JSON.stringify(source)})
    const sequence = fileSequence(${JSON.stringify(folder)}, 'AB12')
    for (;;) console.log(await sequence.next())`
  const numbers: number[] = []
  const children = [1, 2].map(() =>
    execa(process.execPath, ['--input-type=module', '-e', script], {reject: false, buffer: false}),
  )
  await Promise.all(
    children.map(async (child) => {
      let count = 0
      for await (const line of child.iterable()) {
        numbers.push(Number(line))
        if (++count === 30) child.kill('SIGKILL')
      }
    }),
  )
  await Promise.all(children)
  const [after = 0] = await take(folder, 1)
  expect(new Set(numbers).size).toBe(numbers.length)
  expect(after).toBeGreaterThan(Math.max(...numbers))
})
