import {appendFileSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {appendTo} from '../../../src/panel/record/append.ts'
import {placedLines} from '../../../src/panel/record/stream.ts'
import {recordOf, run} from '../../support/panel-record.ts'
import {tempFolder} from '../../support/temp-folder.ts'

const one = run('1234', 1) as {type: string; at: number; account: string}
const text = `${JSON.stringify(one)}\n`

async function typesIn(path: string): Promise<string[]> {
  const types: string[] = []
  for await (const {line} of placedLines(path)) types.push(line.type)
  return types
}

describe('record: appending', () => {
  test.for([
    ['nothing', '', text + text],
    ['a whole line', text, text + text + text],
    ['a whole line without its end', text.trimEnd(), text + text + text],
    ['half a line behind a whole one', `${text}{"type":"sui`, text + text + text],
    ['half a line', '{"type":"sui', text + text],
    ['the first bytes of a line', '{"t', text + text],
  ] as const)('after %s', async ([, before, after]) => {
    const path = recordOf([before])
    const record = await appendTo(path)
    await record.append(one, one)
    await record.close()
    expect(readFileSync(path, 'utf8')).toBe(after)
  })

  test.for(['a letter to nobody', '# notes\nlast line without end', '{\n  "name": "package"\n}', '\n{"type":"run"'])(
    'a file that is no record is left as it is: %s',
    async (content) => {
      const path = recordOf([content])
      await expect(appendTo(path)).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
      expect(readFileSync(path, 'utf8')).toBe(content)
    },
  )

  test('one process at a time', async () => {
    const path = join(tempFolder(), 'one.jsonl')
    const record = await appendTo(path)
    await expect(appendTo(path)).rejects.toMatchObject({code: 'CW_LOCKED'})
    await record.close()
    await (await appendTo(path)).close()
  })
})

describe('record: reading line by line', () => {
  test('the place of a line is where it stands, also with empty lines and CRLF between', async () => {
    const path = recordOf([`${text}\r\n\n${text.trimEnd()}\r\n`])
    const bytes = readFileSync(path)
    for await (const {line, offset, bytes: own} of placedLines(path)) {
      expect(line.account).toBe('1234')
      expect(bytes.subarray(offset, offset + own.length)).toEqual(own)
    }
    expect(await typesIn(path)).toEqual(['run', 'run'])
  })

  test('only what has no line end may be half a line', async () => {
    const path = recordOf([text, '{"type":"r'])
    expect(await typesIn(path)).toEqual(['run'])
    appendFileSync(path, '\n')
    await expect(typesIn(path)).rejects.toMatchObject({params: {field: `${path} line 2`}})
  })

  test('a line without end is not read into memory for ever', async () => {
    const path = join(tempFolder(), 'long.jsonl')
    writeFileSync(path, '{"type":"run"'.padEnd(9 * 1024 * 1024, ' '))
    await expect(typesIn(path)).rejects.toMatchObject({code: 'CW_TOO_LARGE'})
  })
})
