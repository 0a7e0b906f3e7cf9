import {PassThrough, Writable} from 'node:stream'
import {expect, test} from 'vitest'
import type {Format} from '../../src/cli/flags.ts'
import {type Column, printRows} from '../../src/cli/render/rows.ts'
import {isCitywatchError} from '../../src/lib/errors.ts'

interface Item {
  readonly key: string
  readonly name: string
  readonly count?: number
}
const ITEMS: readonly Item[] = [
  {key: 'a', name: 'Mill Street', count: 3},
  {key: 'b', name: '=cmd|x', count: -4},
  {key: 'c', name: 'say "hi", \u001B[2J\nnow'},
]
const COLUMNS: readonly Column<Item>[] = [
  {name: 'key', header: 'KEY', value: ({key}) => key},
  {name: 'name', header: 'NAME', value: ({name}) => name},
  {name: 'count', header: 'COUNT', wide: true, value: ({count}) => count},
]

async function print(
  format: Format,
  {columns, tty = false, width = 80}: {columns?: string; tty?: boolean; width?: number} = {},
): Promise<string> {
  const out = Object.assign(new PassThrough(), {isTTY: tty, columns: width})
  await printRows(ITEMS, COLUMNS, {format, columns, nameOf: ({key}) => key, out})
  out.end()
  return (await out.toArray()).join('')
}

test.each<[Format, string | undefined, string]>([
  ['table', undefined, 'a\tMill Street\nb\t=cmd|x\nc\tsay "hi", ␛[2J⏎now\n'],
  ['wide', undefined, 'a\tMill Street\t3\nb\t=cmd|x\t-4\nc\tsay "hi", ␛[2J⏎now\t\n'],
  ['table', 'count,key', '3\ta\n-4\tb\n\tc\n'],
  ['tsv', 'key,count', 'key\tcount\na\t3\nb\t-4\nc\t\n'],
  ['csv', undefined, 'key,name,count\na,Mill Street,3\nb,"\'=cmd|x",-4\nc,"say ""hi"", ␛[2J⏎now",\n'],
  ['csv', 'count', 'count\n3\n-4\n\n'],
  ['name', undefined, 'a\nb\nc\n'],
  ['jsonl', undefined, `${ITEMS.map((item) => JSON.stringify(item)).join('\n')}\n`],
  ['json', undefined, ''],
])('rows as %s with columns %s', async (format, columns, text) => {
  expect(await print(format, columns === undefined ? {} : {columns})).toBe(text)
})

test('rows at a terminal are a table with a head', async () => {
  expect((await print('table', {tty: true})).split('\n').map((line) => line.trimEnd())).toEqual([
    'KEY  NAME',
    'a    Mill Street',
    'b    =cmd|x',
    'c    say "hi", ␛[2J⏎now',
    '',
  ])
})

test('a table fits the terminal: the widest column gives way', async () => {
  expect((await print('table', {tty: true, width: 19})).split('\n')).toEqual([
    'KEY  NAME',
    'a    Mill Street',
    'b    =cmd|x',
    'c    say "hi", ␛[2…',
    '',
  ])
})

test('a column that says nothing is left out of a table, unless it was asked for', async () => {
  const nothing: readonly Column<Item>[] = [...COLUMNS, {name: 'none', header: 'NONE', value: () => undefined}]
  const table = async (columns?: string) => {
    const out = Object.assign(new PassThrough(), {isTTY: true, columns: 80})
    await printRows(ITEMS.slice(0, 1), nothing, {format: 'table', columns, nameOf: ({key}) => key, out})
    out.end()
    return (await out.toArray()).join('')
  }
  expect(await table()).toBe('KEY  NAME\na    Mill Street\n')
  expect(await table('key,none')).toBe('KEY  NONE\na\n')
})

test('an unknown column is refused with the names of those there are', async () => {
  await expect(print('csv', {columns: 'nmae'})).rejects.toSatisfy(
    (error) => isCitywatchError(error, 'CW_BAD_VALUE') && error.params.expected === 'key, name, count',
  )
})

test('a slow reader makes the rows wait: nothing is read ahead of what is written', async () => {
  let read = 0
  async function* endless() {
    while (true) yield {key: String(++read), name: 'x'.repeat(1_000)}
  }
  const stuck = new Writable({highWaterMark: 10_000, write() {}})
  void printRows(endless(), COLUMNS, {format: 'jsonl', nameOf: ({key}) => key, out: stuck})
  await new Promise((resolve) => setImmediate(resolve))
  expect(read).toBeLessThan(20)
})
