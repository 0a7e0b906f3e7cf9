import {readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {beforeEach, expect, test} from 'vitest'
import {chooseContext, contexts, saveContext} from '../../src/cli/config.ts'
import {isCitywatchError} from '../../src/lib/errors.ts'
import {tempFolder} from '../support/temp-folder.ts'

let file = ''

beforeEach(() => {
  const folder = tempFolder()
  process.env.CITYWATCH_CONFIG_DIR = folder
  file = join(folder, 'config.json')
})

const refusal = (code: 'CW_CONFIG', detail: string) =>
  expect.toSatisfy((error) => isCitywatchError(error, code) && JSON.stringify(error.params).includes(detail))

test('contexts: the first one becomes current, the second does not, use changes it', async () => {
  expect(contexts()).toEqual({current: null, byName: new Map()})
  expect(await saveContext('laptop', {url: 'http://127.0.0.1:8030'})).toEqual({current: 'laptop'})
  expect(await saveContext('city', {url: 'https://city.example', tokenFile: '/t'})).toEqual({current: 'laptop'})
  expect(await chooseContext('city')).toEqual({url: 'https://city.example', tokenFile: '/t'})
  expect(contexts().current).toBe('city')
  expect([...contexts().byName.keys()]).toEqual(['laptop', 'city'])
})

test('contexts: the file is for its owner only', async () => {
  await saveContext('laptop', {url: 'http://127.0.0.1:8030'})
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
})

test.each(['', '__proto__', 'a/b', '../x', 'x'.repeat(65), '\u001B[2J'])('contexts: %j is no name', async (name) => {
  await expect(saveContext(name, {url: 'http://x'})).rejects.toSatisfy((error) =>
    isCitywatchError(error, 'CW_BAD_VALUE'),
  )
})

test.each(['nothing', 'constructor', '__proto__'])('contexts: no context named %s', async (name) => {
  await expect(chooseContext(name)).rejects.toSatisfy((error) => isCitywatchError(error, 'CW_NO_CONTEXT'))
})

test.each([
  ['{"version":1,', 'JSON'],
  ['{"version":2,"current":null,"contexts":{}}', 'version is 2'],
  ['{"version":1,"current":7,"contexts":{}}', 'current'],
  ['{"version":1,"current":null,"contexts":[]}', 'contexts'],
  ['{"version":1,"current":null,"contexts":{"a":{"url":"no url"}}}', 'contexts.a'],
])('contexts: %s is named as unreadable and left as it is', async (text, detail) => {
  writeFileSync(file, text)
  expect(() => contexts()).toThrowError(refusal('CW_CONFIG', detail))
  await expect(saveContext('x', {url: 'http://x'})).rejects.toSatisfy((error) => isCitywatchError(error, 'CW_CONFIG'))
  expect(readFileSync(file, 'utf8')).toBe(text)
})
