/** Where a platform keeps its data, as flags say it; the password of a PostgreSQL is never an argument. */
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {requireFolder, restoreChoice, storeChoice} from '../../src/cli/platform-store.ts'
import {tempFolder} from '../support/temp-folder.ts'

const OPEN = 'postgres://citywatch@db.example/city'
const WITH_PASSWORD = 'postgres://citywatch:geheim@db.example/city'

test('without --store the data are in the folder', async () => {
  expect(await storeChoice({}, [])).toEqual({})
  await expect(storeChoice({'store-password-file': 'f'}, [])).rejects.toMatchObject({code: 'CW_USAGE'})
  await requireFolder(undefined, 'backup')
})

test('a URL with a password is taken from the environment, and refused as an argument without showing it', async () => {
  const {postgres} = await storeChoice({store: WITH_PASSWORD}, ['--port', '0'])
  expect(postgres?.password?.reveal()).toBe('geheim')
  for (const argv of [['--store', WITH_PASSWORD], [`--store=${WITH_PASSWORD}`]]) {
    const error = await storeChoice({store: WITH_PASSWORD}, argv).catch((failure) => failure)
    expect(error).toMatchObject({code: 'CW_BAD_VALUE', params: {field: 'store', value: 'postgres://db.example/city'}})
    expect(String(error)).not.toContain('geheim')
  }
  await expect(storeChoice({store: `${OPEN}?password=geheim`}, ['--store', `${OPEN}?password=geheim`])).rejects.toThrow(
    expect.not.objectContaining({message: expect.stringContaining('geheim')}),
  )
})

test('a password comes from the first line of a file', async () => {
  const file = join(tempFolder(), 'password')
  writeFileSync(file, 'geheim\nnoch etwas\n')
  const {postgres} = await storeChoice({store: OPEN, 'store-password-file': file}, ['--store', OPEN])
  expect(postgres?.password?.reveal()).toBe('geheim')
  expect(JSON.stringify(postgres)).not.toContain('geheim')
})

test.each(['backup', 'restore'] as const)('%s says what to do instead, without the login', async (what) => {
  const error = await requireFolder(WITH_PASSWORD, what).catch((failure) => failure)
  expect(error).toMatchObject({code: 'CW_USAGE', params: {detail: expect.stringMatching(/pg_(dump|restore)/)}})
  expect(String(error)).not.toContain('geheim')
})

test('restore takes a backup and a folder, or a database and no file', async () => {
  expect(await restoreChoice('a.db', {}, ['a.db'])).toEqual({file: 'a.db'})
  expect(await restoreChoice(undefined, {store: OPEN}, ['--store', OPEN])).toMatchObject({
    postgres: {database: 'city', label: 'postgres://db.example:5432/city'},
  })
  for (const [file, flags] of [
    [undefined, {}],
    [undefined, {data: 'folder'}],
    [undefined, {data: 'folder', store: OPEN}],
    ['a.db', {store: OPEN}],
    ['a.db', {'store-password-file': 'f'}],
  ] as const) {
    await expect(restoreChoice(file, flags, [])).rejects.toMatchObject({code: 'CW_USAGE'})
  }
})
