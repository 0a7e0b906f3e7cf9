/** Lists in PostgreSQL's binary form: what goes in comes out of the server as it was. */
import {describe, expect, test} from 'vitest'
import {bigintArray, textArray} from '../../../../src/platform/store/postgres/binary-array.ts'
import {openLink} from '../../../../src/platform/store/postgres/link.ts'
import {parsePostgresUrl} from '../../../../src/platform/store/postgres/target.ts'
import {postgresMissing, testServer} from '../../../support/postgres.ts'

test('bytes of a text[]', () => {
  expect(textArray(['é', null, '']).toString('hex')).toBe(
    ['00000001', '00000001', '00000019', '00000003', '00000001', '00000002c3a9', 'ffffffff', '00000000'].join(''),
  )
})

test('bytes of a bigint[]', () => {
  expect(bigintArray([1, -1]).toString('hex')).toBe(
    [
      '00000001',
      '00000001',
      '00000014',
      '00000002',
      '00000001',
      '000000080000000000000001',
      '00000008ffffffffffffffff',
    ].join(''),
  )
})

describe.skipIf(postgresMissing)(postgresMissing ?? 'through the server', () => {
  const server = testServer()

  test('texts and numbers of every kind', async () => {
    const texts = [
      '',
      'a,b',
      '{"x": "\\\\ \\""}',
      "'; DROP TABLE log; --",
      '警情 🚨',
      '\ud800',
      'a\0b',
      null,
      'x'.repeat(200_000),
    ]
    const numbers = [0, 1, -1, 2 ** 31, 2 ** 32 - 1, -(2 ** 32), Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]
    const link = await openLink(parsePostgresUrl(server().url('postgres')), 'test')
    const ask = async (text: string, value: Buffer) => (await link.ask({text, values: [value]})).rows.map(({v}) => v)
    expect(await ask('SELECT v FROM unnest($1::text[]) AS v', textArray(texts))).toEqual(
      texts.map((text) => text?.replace('\ud800', '\ufffd').replace('\0', '\ufffd') ?? null),
    )
    expect((await ask('SELECT v FROM unnest($1::bigint[]) AS v', bigintArray(numbers))).map(Number)).toEqual(numbers)
    expect(await ask('SELECT v FROM unnest($1::text[]) AS v', textArray([]))).toEqual([])
    await link.close()
  })
})
