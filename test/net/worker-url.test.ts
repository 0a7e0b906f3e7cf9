/** The writer thread's file is found from the sources and from the bundle. */
import {mkdirSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {describe, expect, test} from 'vitest'
import {workerUrl} from '../../src/net/worker-url.ts'
import {tempFolder} from '../support/temp-folder.ts'

const NAME = 'platform/store/sqlite/writer.worker'

describe('workerUrl', () => {
  test('from the sources', () => {
    expect(workerUrl(NAME).pathname.endsWith(`/src/${NAME}.ts`)).toBe(true)
  })

  test.each(['chunks/open-a1b2c3.js', 'commands/platform/serve.js', 'main.js', 'net/worker-url.js'])(
    'from the bundle, this code being in dist/%s',
    (place) => {
      const dist = join(tempFolder(), 'dist with space', 'dist')
      const worker = join(dist, `${NAME}.js`)
      mkdirSync(dirname(worker), {recursive: true})
      writeFileSync(worker, '')
      expect(workerUrl(NAME, pathToFileURL(join(dist, place)).href)).toEqual(pathToFileURL(worker))
    },
  )

  test('nowhere: says what was looked for', () => {
    const from = pathToFileURL(join(tempFolder(), 'main.js')).href
    expect(() => workerUrl(NAME, from)).toThrow(/CW_INTERNAL.*writer\.worker\.js/)
  })
})
