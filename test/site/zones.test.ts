/** Tables of zones: how their columns are found, what is wrong with a row, and what is written. */
import {readFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import {safeName} from '../../src/lib/safe-text.ts'
import type {Device} from '../../src/model/device.ts'
import {type ImportRequest, importInventory} from '../../src/site/import.ts'
import {MemoryInventory} from '../support/memory-inventory.ts'
import {panel} from '../support/signals.ts'
import {sourceOfText, surveyOf} from '../support/table-text.ts'

const HEADER = 'account,partition,zone,event code,name'
const ASK: ImportRequest = {maps: [], apply: true, bestEffort: false, kind: 'zone'}

/** One row → its findings, as letter and rule. */
const CASES: readonly (readonly [name: string, row: string, expected: readonly string[]])[] = [
  ['a good row', '1234,1,003,BA,Door', []],
  ['no partition, no code', '1234,,3,,Door', []],
  ['a code as Contact ID devices write it', '1234,1,3,E130,Door', []],
  ['no zone', '1234,1,,BA,Door', ['C zone-missing']],
  ['a zone that is no number', '1234,1,three,BA,Door', ['C zone-form']],
  ['a partition that is no number', '1234,A,3,BA,Door', ['B partition-form']],
  ['a code of no table', '1234,1,3,Q?,Door', ['D code-unknown']],
  ['a name of Object', '1234,1,3,toString,Door', ['D code-unknown']],
  ['a restore as the expected code', '1234,1,3,R130,Door', ['D code-unknown']],
  ['no account', ',1,3,BA,Door', ['A account-missing']],
  ['a word as account', 'door,1,3,BA,Door', ['A account-form']],
  ['no name', '1234,1,3,BA,', ['E name-missing']],
  ['several at once', '12,x,y,q?,', ['A account-form', 'B partition-form', 'C zone-form', 'D code-unknown', 'E name-missing']],
] // biome-ignore format: a table

describe('zones: one row', () => {
  test.each(CASES)('%s', async (_, row, expected) => {
    const {findings} = await surveyOf(`${HEADER}\n${row}\n`, [], [], 'zone')
    expect(findings.map(({letter, rule}) => `${letter} ${rule}`).sort()).toEqual(expected)
    expect(findings.every(({line}) => line === 2)).toBe(true)
  })

  test('numbers lose their zeros and widths, codes their form; the key follows from them', async () => {
    const rows = ['00ab,01,003,ba,Door', '00ab,0,０4,1130,Hall', '00ab,,000,,Whole panel']
    const {drafts} = await surveyOf(`${HEADER}\n${rows.join('\n')}\n`, [], [], 'zone')
    expect(drafts).toEqual([
      {kind: 'zone', line: 2, key: '00AB/1/3', name: 'Door', account: '00AB', partition: '1', zone: '3', code: 'BA'},
      {kind: 'zone', line: 3, key: '00AB/0/4', name: 'Hall', account: '00AB', zone: '4', code: '130'},
      {kind: 'zone', line: 4, key: '00AB/0/0', name: 'Whole panel', account: '00AB', zone: '0'},
    ])
  })
})

describe('zones: columns by name', () => {
  test.each([
    ['用户编号,分区,防区号,报警代码,防区名称', '1234,1,3,BA,前门'],
    ['报警账号,子系统,防区,事件代码,名称', '1234,1,3,BA,前门'],
    ['Account Number,Area,Zone Number,Event Code,Zone Name', '1234,1,3,BA,前门'],
    ['Account,Partition,Zone No.,Code,Name', '1234,1,3,BA,前门'],
    ['ID,Account,Partition,Zone,SIA Code,Name', '77,1234,1,3,BA,前门'],
  ])('%s', async (header, row) => {
    const zone = {kind: 'zone', line: 2, key: '1234/1/3', name: '前门', account: '1234', partition: '1', zone: '3'}
    for (const kind of [undefined, 'zone'] as const)
      expect((await surveyOf(`${header}\n${row}\n`, [], [], kind)).drafts).toEqual([{...zone, code: 'BA'}])
  })

  test('a key of its own wins', async () => {
    const {drafts} = await surveyOf('Key,Account,Zone,Name\nZ-1,1234,3,Door\n')
    expect(drafts.map(({key}) => key)).toEqual(['Z-1'])
  })

  test('the kind column wins over --kind, and a table without zones asks for them', async () => {
    const {drafts} = await surveyOf('kind,key,account,zone,name\npanel,p1,1234,,P\n,,1234,3,Door\n', [], [], 'zone')
    expect(drafts.map(({kind, key}) => [kind, key])).toEqual([
      ['panel', 'p1'],
      ['zone', '1234/0/3'],
    ])
    await expect(surveyOf('key,account,name\na,1234,P\n', [], [], 'zone')).rejects.toMatchObject({
      code: 'CW_UNKNOWN_COLUMN',
      params: {column: 'zone (--map zone=…)'},
    })
  })

  test('cameras keep columns of such names as their own', async () => {
    const {drafts} = await surveyOf('id,name,zone,area,make,model,code\n1,a,North,7,Yunhe,YH-1,x\n')
    expect(drafts).toEqual([
      {
        kind: 'camera',
        line: 2,
        key: '1',
        name: 'a',
        extra: {zone: 'North', area: '7', make: 'Yunhe', model: 'YH-1', code: 'x'},
      },
    ])
  })

  test('a panel has maker, model and firmware as they are spelled', async () => {
    const {drafts} = await surveyOf('key,name,account,make,model,firmware\np,P,1234,Yunhe,YH-P16,1.10\n')
    expect(drafts[0]).toMatchObject({kind: 'panel', maker: 'Yunhe', model: 'YH-P16', firmware: '1.10'})
  })
})

describe('how long a device may be silent', () => {
  test('is a time, or off; an empty cell says nothing', async () => {
    const {drafts} = await surveyOf('key,name,account,supervision\np,P,1234,90s\nq,Q,1235,OFF\nr,R,1236,\ns,S,,5m\n')
    expect(drafts.map(({kind, supervisionMs}) => `${kind} ${supervisionMs}`)).toEqual([
      'panel 90000',
      'panel null',
      'panel undefined',
      'camera 300000',
    ])
  })

  test.each(['90', '1s', 'daily', '91d'])('is not %j', async (cell) => {
    const {drafts, findings} = await surveyOf(`key,name,account,心跳周期\np,P,1234,${cell}\n`)
    expect(drafts).toEqual([])
    expect(findings).toMatchObject([{rule: 'supervision-form', line: 2}])
  })
})

describe('zones: rows against each other and against the inventory', () => {
  test('a zone that stands twice rejects both rows, however it is written, with or without a key', async () => {
    const text = 'key,account,partition,zone,name\n,1234,,3,a\n,1234,0,03,b\nown,1234,1,4,c\nother,1234,01,004,d\n'
    const {findings, drafts} = await surveyOf(text, [], [], 'zone')
    expect(findings.map(({line, letter, other, rule, value}) => [line, letter, other, rule, value])).toEqual([
      [2, 'D', 3, 'zone-duplicate', '3'],
      [3, 'D', 2, 'zone-duplicate', '3'],
      [4, 'D', 5, 'zone-duplicate', '4'],
      [5, 'D', 4, 'zone-duplicate', '4'],
    ])
    expect(drafts).toEqual([])
  })

  test('the same zone number in two partitions is two zones; one key on two zones is a mistake', async () => {
    const text = 'key,account,partition,zone,name\n,1234,1,3,a\n,1234,2,3,b\nx,1234,1,4,c\nx,1234,1,5,d\n'
    const {findings, drafts} = await surveyOf(text, [], [], 'zone')
    expect(findings.map(({line, rule}) => [line, rule])).toEqual([
      [4, 'key-duplicate'],
      [5, 'key-duplicate'],
    ])
    expect(drafts.map(({key}) => key)).toEqual(['1234/1/3', '1234/2/3'])
  })

  test('an account that no panel has, and a zone that is there under another key', async () => {
    const zone: Device = {...panel, kind: 'zone', key: 'Z-9', zone: '9'}
    const inventory = new MemoryInventory([panel, zone])
    const report = await run('account,zone,name\n1234,3,a\n9999,3,b\n1234,9,c\n', inventory)
    expect(report.findings.map(({line, letter, rule, value}) => [line, letter, rule, value])).toEqual([
      [3, 'A', 'account-unknown', '9999'],
      [4, 'B', 'zone-taken', 'Z-9'],
    ])
    expect([report.state, report.counts]).toEqual(['refused', {created: 1, updated: 0, unchanged: 0, rejected: 2}])
    expect(report.byRule).toEqual({'account-unknown': 1, 'zone-taken': 1})
  })

  test('a zone may take over the number that another row gives up', async () => {
    const at = (key: string, zone: string): Device => ({...panel, kind: 'zone', key, zone})
    const inventory = new MemoryInventory([panel, at('a', '1'), at('b', '2')])
    const report = await run('key,account,zone,name\na,1234,2,A\nb,1234,1,B\n', inventory)
    expect([report.findings, report.counts.updated]).toEqual([[], 2])
  })
})

describe('zones: written', () => {
  test('a new zone stands where its panel does, and the second time there is nothing to do', async () => {
    const inventory = new MemoryInventory([panel])
    const text = 'account,partition,zone,code,name\n1234,1,3,BA,Door\n'
    expect((await run(text, inventory)).written).toBe(2)
    expect(inventory.devices().filter(({kind}) => kind === 'zone')).toEqual([
      {
        kind: 'zone',
        key: '1234/1/3',
        name: 'Door',
        site: panel.site,
        jurisdiction: panel.jurisdiction,
        account: '1234',
        partition: '1',
        zone: '3',
        code: 'BA',
      },
    ])
    expect((await run(text, inventory)).written).toBe(0)
  })

  test('the example: one panel and its zones from one file, zones before their panel too', async () => {
    const text = readFileSync(new URL('../../docs/example/zones.csv', import.meta.url), 'utf8')
    const inventory = new MemoryInventory()
    const [header = '', first = '', ...rest] = text.trim().split('\n')
    const report = await run([header, ...rest, first].join('\n'), inventory, {...ASK, kind: undefined})
    expect(report.findings).toEqual([])
    expect([report.counts.created, report.sites]).toEqual([9, {created: 1, updated: 0}])
    const zones = inventory.devices().filter((device) => device.kind === 'zone')
    expect(zones.map(({zone, code, site}) => `${zone} ${code} ${site}`)).toEqual([
      '1 BA bank-binhe',
      '2 BA bank-binhe',
      '3 130 bank-binhe',
      '4 133 bank-binhe',
      '6 120 bank-binhe',
      '7 TA bank-binhe',
      '8 undefined bank-binhe',
      '5 FA bank-binhe',
    ])
    expect(inventory.devices().find(({kind}) => kind === 'panel')).toMatchObject({firmware: safeName('2.10')})
    expect((await run(text, inventory, {...ASK, kind: undefined})).written).toBe(0)
  })
})

function run(text: string, inventory: MemoryInventory, ask: ImportRequest = ASK) {
  const {signal} = new AbortController()
  return importInventory(sourceOfText(text), ask, inventory, {signal, onTable() {}, onProgress() {}})
}
