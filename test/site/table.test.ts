import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {isCitywatchError} from '../../src/lib/errors.ts'
import {MAX_CELL, MAX_COLUMNS} from '../../src/site/limits.ts'
import {notATable} from '../../src/site/signature.ts'
import {encode} from '../support/encode.ts'
import {tableOf} from '../support/table-text.ts'

const CHINESE = '设备编码,设备名称,经度,纬度\n44030300001320000001,后海路口,114.05,22.54\n'
const KOREAN = '관리번호,관리기관명,소재지도로명주소,설치목적구분\n1,서울특별시,세종대로,생활방범\n'

const READ = [
  ['plain ASCII', 'id,name\n1,a\n', {encoding: 'utf-8', because: 'ascii'}],
  ['UTF-8', CHINESE, {encoding: 'utf-8', because: 'valid'}],
  ['UTF-8 with a mark', `\uFEFF${CHINESE}`, {encoding: 'utf-8', because: 'mark'}],
  ['UTF-16 with a mark', Buffer.from(`\uFEFF${CHINESE}`, 'utf16le'), {encoding: 'utf-16le', because: 'mark'}],
  ['UTF-16, the other end first', Buffer.from(`\uFEFF${CHINESE}`, 'utf16le').swap16(), {encoding: 'utf-16be', because: 'mark'}],
  ['GB18030 with a header that is known', encode(CHINESE, 'gb18030'), {encoding: 'gb18030', because: 'header'}],
] as const // biome-ignore format: a table

describe('table: the encoding', () => {
  test.each(READ)('%s is told', async (_, content, facts) => {
    const table = await tableOf(content as string | Buffer)
    expect(table).toMatchObject(facts)
    expect(table.rows).toHaveLength(1)
    if (table.header.length === 4) expect(table.rows[0]!.cells[1]).toBe('后海路口')
  })

  test.each(READ)('%s is read the same a byte at a time', async (_, content) => {
    expect(await tableOf(content as string | Buffer, undefined, 1)).toEqual(await tableOf(content as string | Buffer))
  })

  test('a Korean file is refused with its candidates, though strict GB18030 would read it', async () => {
    const bytes = encode(KOREAN, 'euc-kr')
    expect(() => new TextDecoder('gb18030', {fatal: true}).decode(bytes)).not.toThrow()
    const error = await failure(tableOf(bytes))
    expect(error.code).toBe('CW_UNKNOWN_ENCODING')
    expect(error.params.candidates).toContain('cp949')
  })

  test('Chinese rows below an English header are not proof enough', async () => {
    const bytes = encode('id,name\n1,后海路口\n', 'gb18030')
    expect((await failure(tableOf(bytes))).code).toBe('CW_UNKNOWN_ENCODING')
    expect((await tableOf(bytes, 'gb18030')).rows).toEqual([{line: 2, cells: ['1', '后海路口']}])
  })

  test('a named encoding that does not fit is refused', async () => {
    const error = await failure(tableOf(encode(CHINESE, 'gb18030'), 'utf-8'))
    expect([error.code, error.params.field]).toEqual(['CW_BAD_VALUE', 'encoding'])
  })
})

describe('table: rows', () => {
  test('lines are counted as an editor counts them, whatever ends them', async () => {
    const lines = ['id,name', '1,"a', 'b"', '', '', '2,c', '3,"d', '', 'e"', '4,f', '']
    const expected = [
      {line: 2, cells: ['1', 'a\nb']},
      {line: 6, cells: ['2', 'c']},
      {line: 7, cells: ['3', 'd\n\ne']},
      {line: 10, cells: ['4', 'f']},
    ]
    for (const end of ['\n', '\r\n', '\r'])
      for (const chunk of [1, 2, 3, 1000])
        expect((await tableOf(lines.join(end), undefined, chunk)).rows).toEqual(expected)
  })

  test.each([
    ['comma', 'id,name\n1,a;b|c\n', ','],
    ['semicolon', 'id;name\n1;a,b\n', ';'],
    ['tab', 'id\tname, city\n1\ta\n', '\t'],
    ['bar', 'id|name\n1|a\n', '|'],
    ['comma, with others inside quotes', '"id;;;",name\n1,a\n', ','],
  ])('separator: %s', async (_, text, delimiter) => {
    const table = await tableOf(text)
    expect(table.delimiter).toBe(delimiter)
    expect(table.header).toHaveLength(2)
  })

  test('property: what is written comes back', async () => {
    const cell = fc.stringMatching(/^[a-z0-9,;"\n 后海]{0,8}$/).map((text) => text.trim())
    const grid = fc.array(fc.tuple(fc.constant('x'), cell, cell), {minLength: 1, maxLength: 20})
    await fc.assert(
      fc.asyncProperty(grid, fc.constantFrom('\n', '\r\n'), fc.integer({min: 1, max: 50}), async (rows, end, chunk) => {
        const quoted = rows.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(','))
        const table = await tableOf(['a,b,c', ...quoted].join(end), undefined, chunk)
        expect(table.rows.map(({cells}) => cells)).toEqual(rows)
      }),
      {numRuns: 50},
    )
  })

  test('property: noise is a table or a named refusal, nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({maxLength: 200}), async (bytes) => {
        try {
          await tableOf(Buffer.from(bytes))
        } catch (error) {
          expect(isCitywatchError(error)).toBe(true)
        }
      }),
    )
  })
})

describe('table: JSON', () => {
  const rows = [
    {line: 1, cells: ['34020000001320000001', 'a {"', '']},
    {line: 2, cells: ['2', 'b\nc', 'true']},
  ]
  const objects = ['{"id":34020000001320000001,"name":"a {\\""}', '{"id":"2","name":"b\\nc","on":true}']

  test.each([
    ['an array', `[${objects.join(',\n')}]`],
    ['one object a line', objects.join('\n')],
    ['one object a line with a mark', `\uFEFF${objects.join('\n')}\n`],
  ])('%s keeps every digit of a code', async (_, text) => {
    for (const chunk of [1, 7, 1000]) {
      const table = await tableOf(text, undefined, chunk)
      expect(table).toMatchObject({header: ['id', 'name', 'on'], rows})
    }
  })

  test.each([
    ['cut off', '[{"id":1}, {"id":', 'line 1: the JSON ends in the middle'],
    ['an array that is not closed', '[{"id":1}\n', 'line 2: the JSON ends in the middle'],
    ['not only objects', '[{"id":1},\n 7]', 'line 2: an object was expected'],
    ['empty', '[]', 'it holds no objects'],
  ])('%s is refused', async (_, text, detail) => {
    expect((await failure(tableOf(text))).params.detail).toBe(detail)
  })

  test('a member called __proto__ is a cell like any other', async () => {
    const table = await tableOf('[{"id":"1","__proto__":{"polluted":1}}]')
    expect(table).toMatchObject({header: ['id', '__proto__'], rows: [{line: 1, cells: ['1', '{"polluted":"1"}']}]})
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })
})

describe('table: what is no table', () => {
  test.each([
    ['nothing', '', 'it is empty'],
    ['blanks', ' \n\n', 'it is empty'],
    ['one column', 'name\na\n', 'its first line has no column separator (comma, semicolon, tab or |)'],
    ['two columns of one name', 'id,name,id\n', 'columns A and C have the same header id'],
    ['an open quote', 'id,name\n1,a\n2,"b\n3,c\n', 'line 3: a quote is opened there and never closed'],
    [
      'text after a quote',
      'id,name\n1,"a"b\n',
      'line 2: text follows a closing quote (inside quotes, a quote is written twice)',
    ],
    ['a web page', '<!DOCTYPE html><table>', 'it is a web page: save the sheet as CSV UTF-8 and import that'],
    ['XML', '<?xml version="1.0"?><a/>', 'it is an XML document'],
    ['binary', 'id,name\n1,\0\n', 'it holds binary data'],
    [
      'an Excel workbook',
      'PK\x03\x04........[Content_Types].xml',
      'it is an Excel workbook: save the sheet as CSV UTF-8 and import that',
    ],
    ['a ZIP archive', 'PK\x03\x04........notes.txt', 'it is a ZIP archive: unpack it first'],
    ['a PDF', '%PDF-1.7', 'it is a PDF document'],
  ])('%s is refused by name', async (_, text, detail) => {
    const error = await failure(tableOf(text))
    expect([error.code, error.params]).toEqual(['CW_NOT_A_TABLE', {path: 'cameras.csv', detail}])
  })

  test('a header that begins with BM is no image', () => {
    expect(notATable(Buffer.from('BMID,name\n1,a\n'))).toBeUndefined()
    expect(notATable(Buffer.from('BM\x36\0\0\0\0\0'))).toBe('it is a BMP image')
  })

  test.each([
    ['columns', `${Array.from({length: MAX_COLUMNS + 1}, (_, index) => `c${index}`).join(',')}\n`, 'columns'],
    ['a cell', `id,name\n1,a\n2,${'x'.repeat(MAX_CELL + 1)}\n`, 'characters in cell B, line 3'],
    ['members', `{${Array.from({length: MAX_COLUMNS + 1}, (_, index) => `"c${index}":1`).join(',')}}`, 'columns'],
  ])('too much is named: %s', async (_, text, what) => {
    const error = await failure(tableOf(text))
    expect([error.code, error.params.what]).toEqual(['CW_TOO_LARGE', what])
  })
})

async function failure(promise: Promise<unknown>) {
  const error = await promise.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  if (!isCitywatchError(error)) throw new Error('a named refusal was expected', {cause: error})
  return error
}
