import {execFileSync} from 'node:child_process'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import fc from 'fast-check'
import {SaxesParser} from 'saxes'
import {expect, test} from 'vitest'
import {HEALTH_WORDS} from '../../src/cli/i18n/health-words.ts'
import {SeriesBook} from '../../src/health/forecast/series.ts'
import type {Observation} from '../../src/health/observation.ts'
import {builtinProfile} from '../../src/health/profiles.ts'
import {csvCell} from '../../src/health/report/csv.ts'
import {reportOf} from '../../src/health/report/model.ts'
import {REPORT_FORMATS, type ReportFormat, renderHealth} from '../../src/health/report/render.ts'
import {Tallying} from '../../src/health/tally.ts'
import {isInstalled} from '../support/media-tool.ts'
import {anyObservations, DEAD, HOUR, NO_FRAMES, NOON, observation} from '../support/observations.ts'
import {tempFolder} from '../support/temp-folder.ts'

const words = HEALTH_WORDS.en

function report(observations: readonly Observation[]) {
  const series = new SeriesBook()
  const period = {from: NOON - 72 * HOUR, to: NOON}
  const tallying = new Tallying(builtinProfile('cn-996'), period, (one) => series.add(one))
  tallying.add(observations)
  return reportOf({...tallying.close(), unreadable: 2, series}, {generatedAt: NOON, tool: '1.0.0'})
}

function bytes(format: ReportFormat, observations: readonly Observation[]): Buffer {
  return Buffer.concat([...renderHealth(format, report(observations), words)].map((piece) => Buffer.from(piece)))
}

const EVIL = '=HYPERLINK("http://evil.example")</title><script>alert(1)</script>|[x](http://evil.example)'

const city = [
  observation({
    camera: 'cam-1',
    name: EVIL,
    tier: 'key',
    maker: '@SUM(A1)',
    latitude: 39.3,
    longitude: -76.6,
    at: NOON - 50 * HOUR,
  }),
  observation({
    camera: 'cam-2',
    tier: 'key',
    jurisdiction: 'city.south',
    latitude: 39.2,
    longitude: -76.7,
    at: NOON - 30 * HOUR,
    ...DEAD,
  }),
  observation({camera: 'cam-2', tier: 'key', jurisdiction: 'city.south', at: NOON - 5 * HOUR, ...NO_FRAMES}),
  observation({camera: '-3', tier: 'industry', industry: '=1+1', at: NOON - 4 * HOUR, lost: 3}),
]

test.each(REPORT_FORMATS)('%s: the same observations are the same bytes, whatever their order', (format) => {
  expect(bytes(format, city.toReversed()).equals(bytes(format, city))).toBe(true)
})

test('HTML: one file with three drawings, no script, no network, every text escaped', () => {
  const html = bytes('html', city).toString()
  expect(html.match(/<svg /g)).toHaveLength(3)
  expect(html).not.toMatch(/<script|<img|<link|<iframe|<object|\ssrc=|\shref=|\son\w+=|url\(|@import/)
  expect(html.replace(/<!DOCTYPE html>|<meta[^>]*>/g, '')).toSatisfy(isXml)
  for (const text of [
    '98.00 %',
    '发改高技〔2015〕996号',
    'A11',
    'E15',
    'timeout-connect',
    'not measured',
    'city.south',
  ])
    expect(html).toContain(text)
})

test('HTML: whatever a camera is called, the page stays one page', () => {
  fc.assert(
    fc.property(
      fc.string({unit: 'binary', maxLength: 60}),
      fc.constantFrom('name', 'maker', 'industry'),
      (text, member) => {
        const html = bytes('html', [
          observation({[member]: text, latitude: 1, longitude: 2, at: NOON - HOUR}),
        ]).toString()
        expect(html.replace(/<!DOCTYPE html>|<meta[^>]*>/g, '')).toSatisfy(isXml)
      },
    ),
    {numRuns: 100},
  )
})

test('Markdown: every table has its columns in every line, nothing hostile is markup', () => {
  const lines = bytes('md', city).toString().split('\n')
  expect(lines.join('\n')).not.toMatch(/(?<!\\)<|(?<!\\)\]\(/)
  const tables = lines.filter((line) => line.startsWith('|')).map((line) => line.match(/(?<!\\)\|/g)?.length)
  expect(Math.min(...tables.map((count) => count ?? 0))).toBeGreaterThanOrEqual(3)
  expect(lines).toContain('## Tiers and thresholds')
})

test('CSV: its mark, CRLF, and no cell that a spreadsheet would run', () => {
  const csv = bytes('csv', city).toString()
  expect(csv.startsWith('\uFEFFpart,group,')).toBe(true)
  expect(csv.split('\r\n').slice(1).join('')).not.toMatch(/[\n\r]|(^|,)"?[=@+]/)
  expect(csv).toContain(`"'=1+1"`)
  expect(['=1', '-x', '＝1', 'plain', 'a,"b"', 3, undefined].map(csvCell)).toEqual([
    `"'=1"`,
    `"'-x"`,
    `"'＝1"`,
    'plain',
    '"a,""b"""',
    '3',
    '',
  ])
})

test.skipIf(!isInstalled('unzip'))(
  'XLSX: somebody else finds the archive whole, its sheets are XML, text is text',
  () => {
    const path = join(tempFolder(), 'report.xlsx')
    writeFileSync(path, bytes('xlsx', city))
    expect(execFileSync('unzip', ['-t', path]).toString()).toContain('No errors detected')
    const names = execFileSync('unzip', ['-Z1', path]).toString().trim().split('\n')
    expect(names).toHaveLength(4 + 7)
    const texts = names.map((name) => execFileSync('unzip', ['-p', path, name.replaceAll(/[[\]]/g, '\\$&')]).toString())
    for (const text of texts) expect(text).toSatisfy(isXml)
    expect(texts.join('')).toContain('<t xml:space="preserve">=1+1</t>')
    expect(texts.join('')).not.toContain('<f>')
  },
)

test('JSON: one object that says all that the score says', () => {
  fc.assert(
    fc.property(anyObservations, (observations) => {
      const made = report(observations)
      const read = JSON.parse(bytes('json', observations).toString())
      expect(read).toMatchObject({unreadable: 2, generatedAt: '2026-07-14T12:00:00.000Z'})
      expect(read.score).toEqual(JSON.parse(JSON.stringify(made.score)))
      expect(read.cameras).toHaveLength(made.books.length)
    }),
    {numRuns: 50},
  )
})

test('a map of 10,000 cameras is drawn as fields, each as bad as its worst camera', () => {
  const many = Array.from({length: 10_000}, (_, index) =>
    observation({
      camera: `c${index}`,
      latitude: 39 + (index % 100) / 1_000,
      longitude: -76 + Math.floor(index / 100) / 1_000,
      at: NOON - HOUR,
      ...(index === 5_050 ? DEAD : {}),
    }),
  )
  const html = bytes('html', many).toString()
  expect(html.length).toBeLessThan(3_000_000)
  expect(html).toContain('c5050: dead, timeout-connect')
})

test('nothing observed: a report in every form, and nothing in it is met', () => {
  for (const format of REPORT_FORMATS) expect(bytes(format, []).length).toBeGreaterThan(10)
  expect(report([]).score).toMatchObject({cameras: 0, earned: 0, judged: 0})
})

test('the Chinese report has the same figures', () => {
  const zh = [...renderHealth('md', report(city), HEALTH_WORDS.zh)].join('')
  expect(zh).toContain('## 分级与阈值')
  const figures = (text: string) => text.match(/\d+\.\d\d %/g)
  expect(figures(zh)).toEqual(figures(bytes('md', city).toString()))
})

function isXml(text: string): boolean {
  let failed = false
  const parser = new SaxesParser()
  parser.on('error', () => {
    failed = true
  })
  parser.write(text).close()
  return !failed
}
