import {PassThrough, Readable} from 'node:stream'
import {describe, expect, test} from 'vitest'
import {reportJson, reportLines, tableLines} from '../../src/cli/render/site-import.ts'
import {type ImportReport, type ImportRequest, importInventory, type TableFacts} from '../../src/site/import.ts'
import {sourceOf} from '../../src/site/source.ts'
import {encode} from '../support/encode.ts'
import {allDefects, generateInventory} from '../support/inventory.ts'
import {MemoryInventory} from '../support/memory-inventory.ts'
import {realData} from '../support/real-data.ts'
import {sourceOfText} from '../support/table-text.ts'

const ASK: ImportRequest = {maps: [], apply: true, bestEffort: false}

describe('import', () => {
  test('a generated city goes in whole, and the second time there is nothing to do', async () => {
    const {csv, rows} = generateInventory({seed: 1, rows: 300})
    const inventory = new MemoryInventory()
    const first = await run(csv, ASK, inventory)
    expect(first).toMatchObject({
      rows,
      state: 'written',
      counts: {created: rows, updated: 0, unchanged: 0, rejected: 0},
    })
    expect(first.written).toBe(rows + first.sites.created)
    const batches = inventory.batches.length
    const second = await run(csv, ASK, inventory)
    expect(second).toMatchObject({state: 'written', written: 0, counts: {created: 0, updated: 0, unchanged: rows}})
    expect(inventory.batches).toHaveLength(batches)
  })

  test('one rejected row keeps all out; best effort takes the others; Σ is the rows read', async () => {
    const {csv, rows, rejected} = generateInventory({seed: 2, rows: 300, defects: allDefects(2)})
    const inventory = new MemoryInventory()
    const refused = await run(csv, ASK, inventory)
    expect([refused.state, refused.written, inventory.devices()]).toEqual(['refused', 0, []])
    const best = await run(csv, {...ASK, bestEffort: true}, inventory)
    expect(best.counts).toEqual({created: rows - rejected, updated: 0, unchanged: 0, rejected})
    expect(best.items.map(({line}) => line)).toEqual(Array.from({length: rows}, (_, index) => index + 2))
    expect(inventory.devices().filter(({kind}) => kind === 'camera')).toHaveLength(rows - rejected)
  })

  test('the dry run finds what the write finds', async () => {
    const {csv} = generateInventory({seed: 3, rows: 200, defects: allDefects(3)})
    const dry = await run(csv, {...ASK, apply: false}, new MemoryInventory())
    const wet = await run(csv, ASK, new MemoryInventory())
    expect({...dry, state: 'refused'}).toEqual(wet)
  })

  test('a template in GB18030 is the same inventory as in UTF-8', async () => {
    const {csv} = generateInventory({seed: 4, rows: 50})
    const [utf8, chinese] = [new MemoryInventory(), new MemoryInventory()]
    await run(csv, ASK, utf8)
    const report = await run(encode(csv, 'gb18030'), ASK, chinese)
    expect([report.table.encoding, report.table.because]).toEqual(['gb18030', 'header'])
    expect(chinese.devices()).toEqual(utf8.devices())
  })

  test('an interrupt while reading writes nothing', async () => {
    const {csv} = generateInventory({seed: 5, rows: 100})
    const stop = new AbortController()
    const inventory = new MemoryInventory()
    const watcher = {signal: stop.signal, onTable: () => stop.abort(), onProgress() {}}
    await expect(importInventory(sourceOfText(csv), ASK, inventory, watcher)).rejects.toHaveProperty(
      'name',
      'AbortError',
    )
    expect(inventory.batches).toEqual([])
  })

  test('10,000 rows of 27 columns: every one is accounted for', async () => {
    const {csv, rows} = generateInventory({seed: 6, rows: 10_000})
    const report = await importInventory(sourceOfText(csv), {...ASK, apply: false}, undefined, silent())
    expect(report.counts).toEqual({created: rows, updated: 0, unchanged: 0, rejected: 0})
  })
})

describe('import: sources', () => {
  test('standard input is read twice from memory', async () => {
    const {csv} = generateInventory({seed: 8, rows: 20})
    const source = await sourceOf('-', Readable.from([Buffer.from(csv)]))
    expect(source.label).toBe('standard input')
    expect((await importInventory(source, {...ASK, apply: false}, undefined, silent())).rows).toBe(20)
  })

  test('an interrupt ends the wait for standard input', async () => {
    const stop = new AbortController()
    const waiting = sourceOf('-', new PassThrough(), stop.signal)
    stop.abort()
    await expect(waiting).rejects.toHaveProperty('name', 'AbortError')
  })

  test.each([
    ['/nonexistent/cameras.csv', 'CW_FILE_NOT_FOUND'],
    ['/', 'CW_NOT_A_TABLE'],
  ])('%s is %s', async (path, code) => {
    await expect(sourceOf(path, Readable.from([]))).rejects.toThrow(expect.objectContaining({code}))
  })
})

describe('import: what it says', () => {
  test('counts first, then causes, then the rows, then the updates', async () => {
    const inventory = new MemoryInventory()
    await run('id,name,ip\n1,North,10.0.0.1\n', ASK, inventory)
    const report = await run('id,name,ip,pwd,\n1,South,,x,\n2,,999.1.1.1,,\n', {...ASK, apply: false}, inventory)
    expect(
      [...tableLines(report.table), ...reportLines(report, 'en')].join('\n'),
    ).toBe(`cameras.csv: CSV, utf-8 (plain ASCII), separated by comma
columns: key ← id, name ← name, address ← ip
warning: passwords stand in the file (pwd); they were not read. Keep it safe.
warning: no header in column E; passed over while empty
rows 2: 0 to create, 1 to update, 0 unchanged, 1 rejected
sites: 0 to create, 0 to update

error name-missing × 1: no name — fill in the device name
  line 3, column B name

error address-form × 1: no address of a device — write host, host:port or http://host:port/path
  line 3, column C ip: 999.1.1.1

updates
  line 2 1
    name: North → South`)
    expect(reportJson(report).findings[1]).toEqual({
      line: 3,
      column: 'ip',
      letter: 'C',
      value: '999.1.1.1',
      rule: 'address-form',
      severity: 'error',
      found: 'no address of a device',
      fix: 'write host, host:port or http://host:port/path',
    })
  })

  test('a fault that ten thousand rows have takes a few lines', async () => {
    const text = `id,name\n${Array.from({length: 10_000}, (_, index) => `${index},`).join('\n')}\n`
    const report = await run(text, {...ASK, apply: false}, undefined)
    expect(reportLines(report, 'zh')).toHaveLength(10)
    expect(report.findings).toHaveLength(10_000)
  })
})

describe('import: real city lists', () => {
  const baltimore = realData('baltimore_cctv.csv')
  test.skipIf(!baltimore)('Baltimore: 614 rows, districts and posts, nothing rejected', async () => {
    const maps = [
      'key=ID',
      'name=CameraName',
      'jurisdiction=PoliceDistrict,PolicePost',
      'latitude=Latitude',
      'longitude=Longitude',
    ]
    const inventory = new MemoryInventory()
    const source = await sourceOf(baltimore!, process.stdin)
    const report = await importInventory(source, {...ASK, maps, jurisdiction: 'baltimore'}, inventory, silent())
    expect(report).toMatchObject({
      rows: 614,
      state: 'written',
      counts: {created: 614, updated: 0, unchanged: 0, rejected: 0},
      sites: {created: 61, updated: 0},
      findings: [],
    })
    const cameras = inventory.devices().filter(({kind}) => kind === 'camera')
    expect(cameras.every(({jurisdiction}) => /^baltimore\.[a-z]+\.\d{3}$/.test(jurisdiction))).toBe(true)
    expect(cameras.filter(({jurisdiction}) => jurisdiction.startsWith('baltimore.central.'))).toHaveLength(158)
    expect(cameras.every((device) => 'position' in device && 'owner' in device)).toBe(true)
    // Everything but the jurisdiction is found without being told.
    const found = await look(baltimore!, ['jurisdiction=PoliceDistrict,PolicePost'])
    expect(found.table.mapping).toEqual(report.table.mapping)
    // Its points have their axes exchanged: read so, they are the same places.
    const points = await look(baltimore!, ['latitude=', 'longitude=', 'position=Location'])
    expect(points.byRule).toEqual({'position-axes': 614})
  })

  const redLight = realData('chicago_red_light.csv')
  test.skipIf(!redLight)('Chicago red light: a mark, no-break spaces, dates as text', async () => {
    const report = await look(redLight!, ['key=INTERSECTION', 'name=INTERSECTION'])
    expect(report.table.because).toBe('mark')
    expect(report.counts).toEqual({created: 149, updated: 0, unchanged: 0, rejected: 0})
  })

  const speed = realData('chicago_speed.csv')
  test.skipIf(!speed)('Chicago speed: its street addresses are not taken for addresses of cameras', async () => {
    const report = await look(speed!, ['name=ADDRESS'])
    expect(report.counts).toEqual({created: 160, updated: 0, unchanged: 0, rejected: 0})
    expect(report.table.mapping.address).toBeUndefined()
    expect(report.table.mapping.site).toEqual(['LOCATION ID'])
  })
})

function run(
  content: string | Buffer,
  request: ImportRequest,
  inventory: MemoryInventory | undefined,
): Promise<ImportReport> {
  return importInventory(sourceOfText(content), request, inventory, silent())
}

async function look(path: string, maps: readonly string[]): Promise<ImportReport> {
  const source = await sourceOf(path, process.stdin)
  return importInventory(source, {...ASK, maps, apply: false}, undefined, silent())
}

function silent() {
  return {signal: new AbortController().signal, onTable(_: TableFacts) {}, onProgress() {}}
}
