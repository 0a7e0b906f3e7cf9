/** Where a store is, out of a URL; what is wrong with it is said without what may be secret in it. */
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {Secret} from '../../../../src/lib/secret.ts'
import {hasPassword, isPostgresUrl, parsePostgresUrl} from '../../../../src/platform/store/postgres/target.ts'
import {tempFolder} from '../../../support/temp-folder.ts'

const at = (host: string, port = 5432) => ({host, port})

test.each([
  [
    'postgres://127.0.0.1/db',
    {hosts: [at('127.0.0.1')], database: 'db', tls: 'clear', label: 'postgres://127.0.0.1:5432/db'},
  ],
  [
    'postgresql://u@db.example:6432/c%20w',
    {hosts: [at('db.example', 6432)], database: 'c w', user: 'u', tls: 'verified'},
  ],
  ['postgres://u@[::1]:5/db', {hosts: [at('::1', 5)], tls: 'clear'}],
  ['postgres://u@a:1,b:2,c/db', {hosts: [at('a', 1), at('b', 2), at('c')], tls: 'verified'}],
  ['postgres://u@10.0.0.5/db?sslmode=disable', {tls: 'clear'}],
  ['postgres://u@localhost/db?sslmode=require', {tls: 'encrypted'}],
  ['postgres:///db?host=/var/run/postgresql', {hosts: [at('/var/run/postgresql')], tls: 'clear'}],
])('%s', (url, expected) => {
  expect(parsePostgresUrl(url)).toMatchObject(expected)
})

test('a password in the URL is a secret, decoded; one that is given beside it wins', () => {
  const target = parsePostgresUrl('postgres://u:p%40ss%3Aw@db/db')
  expect(target.password?.reveal()).toBe('p@ss:w')
  expect(JSON.stringify(target)).not.toMatch(/p@ss|p%40/)
  expect(parsePostgresUrl('postgres://u:a@db/db', new Secret('b')).password?.reveal()).toBe('b')
  expect(['postgres://u:p@h/d', 'postgres://u@h/d?password=p', 'postgres://u@h/d'].map(hasPassword)).toEqual([
    true,
    true,
    false,
  ])
})

test.each([
  'postgres://u:geheim@h',
  'postgres://u:geheim@h/',
  'postgres://u:geheim@h:0/d',
  'postgres://u:geheim@h:99999/d',
  'postgres://u:geheim@h h/d',
  'postgres://u:geheim@h/d?options=-c%20fsync',
  'postgres://u:geheim@h/d?sslmode=prefer',
  'postgres://u:geheim@h/d?host=relative',
  'postgres://u:geheim@h/%zz',
  'postgres://u:gehe/im@h/d',
  'mysql://u:geheim@h/d',
  `postgres://u:geheim@${Array.from({length: 9}, () => 'h').join(',')}/d`,
])('%s is refused', (url) => {
  const parse = () => parsePostgresUrl(url)
  expect(parse).toThrow(expect.objectContaining({code: 'CW_BAD_VALUE'}))
  expect(parse).toThrow(expect.not.objectContaining({message: expect.stringMatching(/gehe/)}))
})

test('what is no URL of PostgreSQL is told apart', () => {
  expect(['postgres://h/d', 'POSTGRESQL://h/d', './postgres', 'postgres'].map(isPostgresUrl)).toEqual([
    true,
    true,
    false,
    false,
  ])
})

test('the authority of a certificate comes from a file', () => {
  const file = join(tempFolder(), 'root.pem')
  expect(() => parsePostgresUrl(`postgres://h/d?sslrootcert=${file}`)).toThrow(
    expect.objectContaining({code: 'CW_FILE_NOT_FOUND'}),
  )
  writeFileSync(file, 'PEM')
  expect(parsePostgresUrl(`postgres://h/d?sslrootcert=${file}`)).toMatchObject({authority: 'PEM', tls: 'verified'})
})
