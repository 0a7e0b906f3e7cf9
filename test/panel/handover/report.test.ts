import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {SaxesParser} from 'saxes'
import {describe, expect, test} from 'vitest'
import {writeReport} from '../../../src/cli/panel-report.ts'
import type {ReportFormat} from '../../../src/panel/handover/render.ts'
import {BEGAN, FOUR_PANELS, HOSTILE, recordOf, run, suite, unreached} from '../../support/panel-record.ts'
import {tempFolder} from '../../support/temp-folder.ts'

const MADE = BEGAN + 86_400_000

interface Wish {
  readonly format?: ReportFormat
  readonly lang?: 'en' | 'zh'
  readonly now?: number
  readonly account?: string
  readonly details?: 'all' | 'failed' | 'none'
}

async function made(paths: string | readonly string[], {format = 'md', lang = 'en', now = MADE, ...flags}: Wish = {}) {
  const out = join(tempFolder(), 'report')
  const sum = await writeReport([paths].flat(), {format, out, ...flags}, lang, now)
  return {sum, text: readFileSync(out, 'utf8')}
}

describe('hand-over report: golden files of one record', () => {
  test.for([
    ['html', 'en', 'handover.html'],
    ['html', 'zh', 'handover.zh.html'],
    ['md', 'en', 'handover.md'],
    ['md', 'zh', 'handover.zh.md'],
    ['json', 'en', 'handover.json'],
    ['junit', 'en', 'handover.junit.xml'],
  ] as const)('%s in %s', async ([format, lang, golden]) => {
    const {text} = await made(recordOf(FOUR_PANELS), {format, lang})
    await expect(text).toMatchFileSnapshot(`../../golden/${golden}`)
  })
})

describe('hand-over report', () => {
  test('is the same byte for byte but for the time it was made at', async () => {
    for (const format of ['html', 'md', 'json', 'junit'] as const) {
      const one = await made(recordOf(FOUR_PANELS), {format, now: Date.UTC(2027, 0, 2, 3, 4, 5)})
      const other = await made(recordOf(FOUR_PANELS), {format, now: Date.UTC(2028, 5, 6, 7, 8, 9)})
      const timeless = (text: string) => text.replaceAll(/202[78]-\d\d-\d\d[T ][\d:.]{8,12}/g, 'T')
      expect(timeless(one.text)).toBe(timeless(other.text))
    }
  })

  test('has the same counts in every form', async () => {
    const path = recordOf(FOUR_PANELS)
    const {sum, text} = await made(path, {format: 'json'})
    const json = JSON.parse(text)
    expect(json.totals).toEqual(sum)
    expect(sum.panels).toEqual({all: 4, failed: 1, unreachable: 1, incomplete: 1, passed: 1})
    const {checks} = sum
    const junit = (await made(path, {format: 'junit'})).text
    const cases = junit.match(/<testcase /g)?.length
    expect(cases).toBe(checks.checks)
    expect(junit.match(/<failure /g)?.length).toBe(checks.failed)
    expect(junit.match(/<error /g)?.length).toBe(checks.unreachable + checks.open)
    expect(junit.match(/<skipped /g)?.length).toBe(checks.skipped + checks.inapplicable)
    const counts = `${checks.passed} passed, ${checks.failed} failed, ${checks.unreachable} unreachable, ${checks.skipped} skipped, ${checks.inapplicable} not applicable`
    expect((await made(path)).text).toContain(counts)
    expect((await made(path, {format: 'html'})).text).toContain(counts)
  })

  test('lets no text of a record out of its place', async () => {
    const {text: html} = await made(recordOf(FOUR_PANELS), {format: 'html'})
    expect(html).not.toContain('<script')
    expect(html).toContain('&lt;script&gt;')
    expect(html).not.toMatch(/https?:|javascript:1"/)
    expect(html).not.toMatch(/[\u202E\u001B]/)
    const {text: md} = await made(recordOf(FOUR_PANELS))
    const outsideCode = md.split('\n').filter((line) => !line.includes('\\n0A12'))
    expect(outsideCode.join('\n')).not.toMatch(/(?<!\\)<script|(?<!\\)\[link\]/)
  })

  test('is well-formed XML for build servers', async () => {
    const {text} = await made(recordOf(FOUR_PANELS), {format: 'junit'})
    const seen: string[] = []
    const parser = new SaxesParser()
    parser.on('opentag', ({name, attributes}) => seen.push(name === 'testcase' ? String(attributes.name) : name))
    parser.on('error', (error) => {
      throw error
    })
    parser.write(text).close()
    expect(seen).toContain('1 bad CRC')
    expect(seen.some((name) => name.includes('Back door'))).toBe(true)
  })

  test('of one account says nothing of the others', async () => {
    const {sum, text} = await made(recordOf(FOUR_PANELS), {account: 'def0'})
    expect(sum.panels).toMatchObject({all: 1, passed: 1})
    expect(text).not.toContain('1234')
    await expect(made(recordOf(FOUR_PANELS), {account: 'AAAA'})).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
  })

  test.for([
    ['the last run counts, not the better one', [suite('1234', 1), unreached('1234', 2)], 'unreachable'],
    ['a failure that was mended is passed', [unreached('1234', 1), suite('1234', 2)], 'passed'],
    [
      'a run that never came to its end is not passed',
      [run('1234', 1), suite('1234', 2), run('1234', 3)],
      'incomplete',
    ],
    ['a panel that nothing was tested of is not passed', [{type: 'panel', at: BEGAN, account: '1234'}], 'incomplete'],
    [
      'rules that could be judged and were not are not passed',
      [suite('1234', 1, [{...ruleOf('not judged'), open: true}, ruleOf('pass')])],
      'incomplete',
    ],
    ['nothing but rules that do not apply is not passed', [suite('1234', 1, [ruleOf('not judged')])], 'incomplete'],
    ['a silent receiver is not reached', [suite('1234', 1, [ruleOf('not judged')], {silent: true})], 'unreachable'],
  ] as const)('%s', async ([, lines, outcome]) => {
    const {sum} = await made(recordOf(lines))
    expect(sum.panels).toMatchObject({all: 1, [outcome]: 1})
  })

  test('records that lie beside each other are one report', async () => {
    const {sum} = await made([recordOf([suite('1234', 1)]), recordOf([suite('5678', 1)], 'other.jsonl')])
    expect(sum.panels).toMatchObject({all: 2, passed: 2})
  })

  test('a line in the middle that cannot be read is named, whatever is wrong with it', async () => {
    const broken = [
      ['{"type":"run"\n', 'line 2'],
      [{...run('1234', 1), key: '00112233445566778899AABBCCDDEEFF'}, 'line 2, key'],
      [{type: 'suite', at: 1, account: '1234'}, 'line 2, report'],
    ] as const
    for (const [line, where] of broken) {
      const failure = made(recordOf([suite('1234', 1), line, suite('1234', 2)]))
      await expect(failure).rejects.toMatchObject({
        code: 'CW_BAD_VALUE',
        params: {field: expect.stringContaining(where)},
      })
    }
  })

  test('beyond a hundred panels only the worst have pages of their own, and it says so', async () => {
    const accounts = Array.from({length: 101}, (_, index) => (0x1000 + index).toString(16).toUpperCase())
    const path = recordOf(accounts.map((account, index) => (index === 7 ? unreached(account, 1) : suite(account, 1))))
    const {text} = await made(path)
    expect(text.match(/^## Panel 1/gm)).toEqual(['## Panel 1'])
    expect(text).toContain('1 of 101 panels')
    expect((await made(path, {details: 'all'})).text.match(/^## Panel 1/gm)?.length).toBe(101)
    expect(JSON.parse((await made(path, {format: 'json'})).text).panels.length).toBe(101)
  })

  test('does not overwrite a record, and leaves nothing half written', async () => {
    const path = recordOf([suite('1234', 1)])
    await expect(writeReport([path], {format: 'md', out: path}, 'en', MADE)).rejects.toMatchObject({code: 'CW_USAGE'})
    const out = join(tempFolder(), 'no such folder', 'report.md')
    await expect(writeReport([path], {format: 'md', out}, 'en', MADE)).rejects.toMatchObject({code: 'CW_IO'})
    writeFileSync(path, 'x\n')
    await expect(made(path)).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
  })
})

function ruleOf(verdict: string) {
  return {rule: '1', name: HOSTILE, sends: '', expected: '', verdict, detail: '', written: [], seen: [], open: false}
}
