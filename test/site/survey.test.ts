import {describe, expect, test} from 'vitest'
import type {RuleId} from '../../src/site/rules.ts'
import {allDefects, generateInventory} from '../support/inventory.ts'
import {surveyOf} from '../support/table-text.ts'

/** Header of the small tables below. */
const HEADER = 'key,name,ip,port,lat,lon,position,district,account,kind,site,site name,password,memo'

/** Cells of one row → the findings on it, as letter and rule. */
const CASES: readonly (readonly [name: string, cells: Partial<Record<string, string>>, expected: readonly string[]])[] = [
  ['a good row', {}, []],
  ['no key', {key: ''}, ['A key-missing']],
  ['blanks are no key', {key: ' \u00A0\u200B'}, ['A key-missing']],
  ['a rounded code', {key: '1.30102E+19'}, ['A spreadsheet-damage']],
  ['a rounded district', {district: '4,40303E+11'}, ['H spreadsheet-damage']],
  ['an escape sequence in a key', {key: '\u001B[2J1'}, ['A key-unusable']],
  ['a key that is too long', {key: 'k'.repeat(129)}, ['A key-unusable']],
  ['no name', {name: ''}, ['B name-missing']],
  ['a long name', {name: '名'.repeat(129)}, ['B name-long']],
  ['no address', {ip: ''}, []],
  ['no such address', {ip: '999.1.1.1'}, ['C address-form']],
  ['a login in the address', {ip: 'http://root:Canary7@10.0.0.5/'}, ['C address-login']],
  ['a port out of range', {port: '70000'}, ['D port-range']],
  ['a port that is no number', {port: '80a'}, ['D port-range']],
  ['the port of RTSP', {port: '554'}, ['D port-foreign']],
  ['half a position', {lon: ''}, ['F coordinates-half']],
  ['0, 0', {lat: '0.000000', lon: '0'}, ['E coordinates-zero']],
  ['exchanged', {lat: '114.05', lon: '22.54'}, ['E coordinates-swapped']],
  ['off the globe', {lon: '1721'}, ['F coordinates-range']],
  ['a POINT', {lat: '', lon: '', position: 'POINT (114.05 22.54)'}, []],
  ['a POINT with its axes exchanged', {lat: '', lon: '', position: 'POINT (39.31 -76.64)'}, ['G position-axes']],
  ['a position in words', {lat: '', lon: '', position: 'by the gate'}, ['G position-form']],
  ['no district', {district: ''}, ['H jurisdiction-empty']],
  ['a district of signs', {district: '---'}, ['H jurisdiction-form']],
  ['a panel', {account: '1a2B'}, []],
  ['a panel without account', {kind: 'Panel'}, ['I account-missing']],
  ['no account', {account: 'xyz'}, ['I account-form']],
  ['an account on a camera', {account: '1234', kind: '摄像机'}, ['I account-unused']],
  ['an unknown kind', {kind: 'toaster'}, ['J kind-unknown']],
  ['several at once', {name: '', ip: '10.1', lat: 'x', port: '0'}, ['B name-missing', 'C address-form', 'D port-range', 'E coordinates-number']],
] // biome-ignore format: a table

const GOOD = {key: 'c1', name: 'North gate', ip: '10.0.0.5', lat: '22.54', lon: '114.05', district: 'Futian'}

describe('survey: what is wrong with one row', () => {
  test.each(CASES)('%s', async (_, cells, expected) => {
    const {findings} = await surveyOf(`${HEADER}\n${rowOf({...GOOD, ...cells})}\n`)
    expect(findings.map(({letter, rule}) => `${letter} ${rule}`).sort()).toEqual([...expected].sort())
    expect(findings.every(({line}) => line === 2)).toBe(true)
  })

  test('a good row says what it says', async () => {
    const text = `${HEADER}\n${rowOf({...GOOD, port: '8080', memo: '=1+1', site: 'S1', 'site name': 'Gate', password: 'Canary7'})}\n`
    expect((await surveyOf(text, [], ['shenzhen'])).drafts).toEqual([
      {
        kind: 'camera',
        line: 2,
        key: 'c1',
        name: 'North gate',
        site: 'S1',
        siteName: 'Gate',
        jurisdiction: 'shenzhen.futian',
        xaddr: 'http://10.0.0.5:8080/onvif/device_service',
        position: {latitude: 22.54, longitude: 114.05},
        extra: {memo: '=1+1'},
      },
    ])
  })

  test('full-width digits make the same code', async () => {
    const {drafts} = await surveyOf(`${HEADER}\n${rowOf({...GOOD, key: '４４０３０３'})}\n`)
    expect(drafts[0]!.key).toBe('440303')
  })

  test('a region code is a path', async () => {
    const text = 'key,name,所属辖区公安机关\na,A,440305020000\nb,B,440305\nc,C,南山分局\n'
    expect((await surveyOf(text)).drafts.map(({jurisdiction}) => jurisdiction)).toEqual([
      '44.4403.440305.440305020000',
      '44.4403.440305',
      '南山分局',
    ])
  })

  test('a path ends above its first empty level', async () => {
    const text = 'key,name,d,p,q\na,A,Central,,7\n'
    const {drafts, findings} = await surveyOf(text, ['jurisdiction=d,p,q'], ['baltimore'])
    expect(drafts[0]!.jurisdiction).toBe('baltimore.central')
    expect(findings.map(({letter, rule}) => [letter, rule])).toEqual([['D', 'jurisdiction-empty']])
  })
})

describe('survey: rows of the wrong shape', () => {
  test.each<[string, string, readonly string[]]>([
    ['more cells than the header', 'id,name\n1,a,b\n', ['row-long']],
    ['more cells, but empty', 'id,name\n1,a,,\n', []],
    ['fewer cells', 'id,name,memo\n1,a\n', ['row-short']],
    ['fewer cells beside passwords', 'id,name,password\n1,a\n', ['row-shifted']],
    ['a cell without header', 'id,name,\n1,a,x\n', ['header-empty']],
    ['an empty column without header', 'id,name,\n1,a,\n', []],
  ])('%s', async (_, text, rules) => {
    const {findings} = await surveyOf(text)
    expect(findings.map(({rule}) => rule)).toEqual(rules)
  })

  test('cells that may be a shifted password are not shown', async () => {
    const {findings} = await surveyOf('id,name,password,lat\n1,a,b,c,Canary7\n2,Canary7\n')
    expect(findings.map(({line, rule}) => [line, rule])).toEqual([
      [2, 'row-long'],
      [3, 'row-shifted'],
    ])
    expect(JSON.stringify(findings)).not.toContain('Canary7')
  })

  test('rows of separators only count as nothing', async () => {
    const {rows, blank, drafts} = await surveyOf('id,name\n1,a\n,\n , \n2,b\n')
    expect({rows, blank, lines: drafts.map(({line}) => line)}).toEqual({rows: 2, blank: 2, lines: [2, 5]})
  })
})

describe('survey: rows against each other', () => {
  test('every row of a key that stands twice is rejected, each naming another', async () => {
    const {findings, rejected, drafts} = await surveyOf('id,name\n1,a\n2,b\n1,c\n1,d\n')
    expect(findings.map(({line, other, rule, value}) => ({line, other, rule, value}))).toEqual([
      {line: 2, other: 4, rule: 'key-duplicate', value: '1'},
      {line: 4, other: 2, rule: 'key-duplicate', value: '1'},
      {line: 5, other: 2, rule: 'key-duplicate', value: '1'},
    ])
    expect(rejected.map(({line}) => line)).toEqual([2, 4, 5])
    expect(drafts.map(({line}) => line)).toEqual([3])
  })

  test('a camera and a panel may have the same key, two panels not the same account', async () => {
    const {findings} = await surveyOf('id,name,account\n1,a,\n1,b,00aa\n2,c,00AA\n')
    expect(findings.map(({line, rule}) => [line, rule])).toEqual([
      [3, 'account-duplicate'],
      [4, 'account-duplicate'],
    ])
  })

  test('one address twice is told, and a site in two districts', async () => {
    const text = 'id,name,ip,site,district\n1,a,10.0.0.5,S,East\n2,b,10.0.0.5:80,S,West\n'
    const {findings, drafts} = await surveyOf(text)
    expect(drafts).toHaveLength(2)
    expect(findings.map(({line, other, rule}) => [line, other, rule])).toEqual([
      [2, 3, 'address-duplicate'],
      [3, 2, 'address-duplicate'],
      [3, 2, 'site-differs'],
    ])
  })
})

describe('survey: generated inventories', () => {
  test.each([
    [1, 'zh'],
    [2, 'en'],
  ] as const)('seed %i, %s: 10,000 rows, every planted fault and no other is found', async (seed, language) => {
    const {csv, rows, rejected, expected} = generateInventory({seed, rows: 10_000, language, defects: allDefects(25)})
    const found = await surveyOf(csv)
    expect(found.findings.map(({line, letter, rule}) => ({line, letter, rule}))).toEqual(expected)
    expect({rows: found.rows, rejected: found.rejected.length}).toEqual({rows, rejected})
    expect(found.drafts.length + found.rejected.length).toBe(rows)
    const counted = Object.values(found.byRule as Record<RuleId, number>).reduce((sum, count) => sum + count)
    expect(counted).toBe(expected.length)
    expect(JSON.stringify(found)).not.toContain('Canary7')
  })

  test('the same seed gives the same text', () => {
    expect(generateInventory({seed: 7, rows: 50})).toEqual(generateInventory({seed: 7, rows: 50}))
    expect(generateInventory({seed: 7, rows: 50}).csv).not.toBe(generateInventory({seed: 8, rows: 50}).csv)
  })
})

describe('survey: hostile cells', () => {
  test('nothing of a cell reaches output unsafe, and no login is kept', async () => {
    const bad = '\u001B]0;x\u0007\u202Ename'
    const text = `id,name,memo,stream\n1,${bad},${bad},rtsp://root:Canary7@10.0.0.5/live\n${bad},x,,\n`
    const found = await surveyOf(text)
    const printed = JSON.stringify([found.drafts, found.findings])
    expect(printed).not.toMatch(/\\u001b|\u001B|\u202E|Canary7/i)
    expect(found.drafts[0]!.extra!.stream).toBe('rtsp://10.0.0.5/live')
  })

  test('a huge row is kept only as far as a request can carry it', async () => {
    const columns = Array.from({length: 100}, (_, index) => `m${index}`)
    const {drafts, findings} = await surveyOf(`id,name,${columns.join(',')}\n1,a,${columns.join(',')}\n`)
    expect(Object.keys(drafts[0]!.extra!)).toHaveLength(64)
    expect(findings.map(({rule}) => rule)).toEqual(['extra-cut'])
  })
})

function rowOf(cells: Partial<Record<string, string>>): string {
  return HEADER.split(',')
    .map((name) => `"${(cells[name] ?? '').replaceAll('"', '""')}"`)
    .join(',')
}
