import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {type ImportFlags, runImport} from '../../src/cli/site-import.ts'
import {tallySites} from '../../src/site/tally.ts'
import {allDefects, generateInventory} from '../support/inventory.ts'
import {testPlatform} from '../support/platform.ts'
import {tempFolder} from '../support/temp-folder.ts'

const FLAGS: ImportFlags = {map: [], apply: false, bestEffort: false, check: false, offline: false}

test('site import: onto a real platform, checked before and after', async () => {
  const {client, platform} = await testPlatform()
  const {csv, rows} = generateInventory({seed: 1, rows: 1200})
  const path = fileOf(csv)
  const at = {...FLAGS, platform: platform.url}
  const exits: number[] = []
  for (const flags of [{...at, check: true}, at, {...at, apply: true}, {...at, check: true}, {...at, apply: true}])
    exits.push((await runImport(flags, path, () => {}, 'en')).exit)
  expect(exits).toEqual([8, 0, 0, 0, 0])
  const {devices} = await client.inventory()
  expect(devices.filter(({kind}) => kind === 'camera')).toHaveLength(rows)
  const tallies = tallySites(devices, '')
  expect(tallies.reduce((sum, {cameras}) => sum + cameras, 0)).toBe(rows)
  expect(tallies.every(({name, addressed, cameras}) => name !== undefined && addressed === cameras)).toBe(true)
})

test('site import: rejected rows keep all out, by name; no password reaches any output', async () => {
  const {client, platform} = await testPlatform()
  const {csv, rows, rejected} = generateInventory({seed: 2, rows: 100, defects: allDefects(1)})
  const text = csv.replace(/\n/g, ',Canary7\n').replace('Canary7', '设备口令')
  const path = fileOf(text)
  const notes: string[] = []
  const flags = {...FLAGS, platform: platform.url, apply: true}
  const refused = await runImport(flags, path, (note) => notes.push(note), 'en')
  expect([refused.exit, refused.report]).toMatchObject([3, {state: 'refused', error: {code: 'CW_ROWS_REJECTED'}}])
  expect((await client.inventory()).devices).toEqual([])
  const best = await runImport({...flags, bestEffort: true}, path, (note) => notes.push(note), 'en')
  expect([best.exit, best.report]).toMatchObject([3, {state: 'written', counts: {created: rows - rejected, rejected}}])
  const {devices} = await client.inventory()
  expect(devices.filter(({kind}) => kind === 'camera')).toHaveLength(rows - rejected)
  expect(JSON.stringify([notes, refused, best, devices])).not.toContain('Canary7')
  expect(notes[0]).toContain('passwords stand in the file (设备口令)')
})

test('site import: without a platform the error says how to do without one, and --offline does', async () => {
  const path = fileOf('id,name\n1,a\n')
  const gone = {...FLAGS, platform: '127.0.0.1:1'}
  await expect(runImport(gone, path, () => {}, 'en')).rejects.toMatchObject({
    code: 'CW_NO_PLATFORM',
    params: {detail: expect.stringContaining('--offline')},
  })
  expect((await runImport({...gone, offline: true}, path, () => {}, 'en')).exit).toBe(0)
})

test('site list: every device is counted once, those without a site under no name', () => {
  const at = (kind: 'camera' | 'panel' | 'zone', key: string, site: string) => ({
    kind,
    key,
    site,
    jurisdiction: site,
    name: '' as never,
    account: 'AB12',
  })
  const devices = [
    {kind: 'site', key: 'x.b', name: 'B' as never, jurisdiction: 'x.b'},
    {kind: 'site', key: 'x.a', name: 'A' as never, jurisdiction: 'x.a'},
    {...at('camera', '1', 'x.a'), xaddr: 'http://h/'},
    at('camera', '2', 'x.a'),
    at('panel', '1', 'x.a'),
    at('zone', 'AB12/0/1', 'x.a'),
    at('zone', 'AB12/0/2', 'x.a'),
    at('camera', '3', ''),
    at('camera', '4', 'y'),
  ] as const
  const all = [
    {key: '', jurisdiction: '', cameras: 1, addressed: 0, panels: 0, zones: 0},
    {key: 'x.a', name: 'A', jurisdiction: 'x.a', cameras: 2, addressed: 1, panels: 1, zones: 2},
    {key: 'x.b', name: 'B', jurisdiction: 'x.b', cameras: 0, addressed: 0, panels: 0, zones: 0},
    {key: 'y', jurisdiction: 'y', cameras: 1, addressed: 0, panels: 0, zones: 0},
  ]
  expect(tallySites(devices as never, '')).toEqual(all)
  expect(tallySites(devices as never, 'X')).toEqual(all.slice(1, 3))
  expect(() => tallySites([], '...')).toThrow(expect.objectContaining({code: 'CW_BAD_VALUE'}))
})

function fileOf(text: string): string {
  const path = join(tempFolder(), 'cameras.csv')
  writeFileSync(path, text)
  return path
}
