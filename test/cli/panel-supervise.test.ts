import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {type SuperviseFlags, superviseOptionsOf} from '../../src/cli/panel-supervise.ts'
import {tempFolder} from '../support/temp-folder.ts'

const flags: SuperviseFlags = {host: '127.0.0.1', port: 8031, account: ['12ab'], 'raise-as': 'sia', timeout: 5_000}

async function expected(change: Partial<SuperviseFlags>) {
  const warnings: string[] = []
  const {expected: paths, accounts} = await superviseOptionsOf({...flags, ...change}, (text) => warnings.push(text))
  return {accounts, warned: warnings.length, paths}
}

const primary = (reportingMs: number, graceMs: number, intervalMs?: number) => ({
  path: 'primary',
  reportingMs,
  graceMs,
  ...(intervalMs === undefined ? {} : {intervalMs}),
})
const alternative = (reportingMs: number) => ({path: 'alternative', reportingMs, graceMs: 0})

test.each([
  ['an interval: missing after two more', {interval: '60s'}, [primary(180_000, 6_000, 60_000)], 0],
  ['a debounce and a grace', {interval: '60s', debounce: '20s', grace: '1s'}, [primary(80_000, 1_000, 60_000)], 0],
  ['a class', {class: 'sp3'}, [primary(1_800_000, 0)], 0],
  ['a class that is not confirmed is said', {class: 'SP4', interval: '1m'}, [primary(180_000, 6_000, 60_000)], 1],
  ['its time corrected', {class: 'SP4', 'reporting-time': '2m'}, [primary(120_000, 0)], 0],
  ['two paths by port', {class: 'DP2', 'alternative-port': 9}, [primary(1_800_000, 0), alternative(90_000_000)], 0],
  [
    'two paths by mark',
    {'reporting-time': '90s/5h', 'alternative-mark': '2'},
    [primary(90_000, 0), alternative(18_000_000)],
    0,
  ],
] as const)('supervise flags: %s', async (_, change, paths, warned) => {
  expect(await expected(change)).toEqual({accounts: ['12AB'], warned, paths})
})

test.each([
  ['nothing expected', {}, 'CW_USAGE'],
  ['two paths that nothing tells apart', {class: 'DP1'}, 'CW_USAGE'],
  ['a port for a path that is not supervised', {class: 'SP3', 'alternative-port': 9}, 'CW_USAGE'],
  ['a debounce beside a class', {class: 'SP3', debounce: '2m'}, 'CW_USAGE'],
  ['an interval longer than the reporting time', {class: 'SP3', interval: '1h'}, 'CW_BAD_VALUE'],
  ['an unknown class', {class: 'SP9'}, 'CW_BAD_VALUE'],
  ['a mark that is no character', {class: 'DP1', 'alternative-mark': ']'}, 'CW_BAD_VALUE'],
  ['three times', {'reporting-time': '1s/2s/3s', 'alternative-port': 9}, 'CW_BAD_VALUE'],
  ['no account', {interval: '60s', account: []}, 'CW_NO_TARGET'],
  ['a bad account', {interval: '60s', account: ['xyz1']}, 'CW_BAD_VALUE'],
  ['keys to raise with and nowhere to raise', {interval: '60s', 'raise-keys': 'panels.keys'}, 'CW_USAGE'],
  ['no such file of classes', {class: 'SP3', classes: '/nowhere/classes.json'}, 'CW_FILE_NOT_FOUND'],
] as const)('supervise flags: %s is refused before a port is taken', async (_, change, code) => {
  await expect(expected(change as Partial<SuperviseFlags>)).rejects.toThrow(code)
})

test('supervise flags: accounts of a file, each once; a bad line is named', async () => {
  const path = join(tempFolder(), 'accounts.txt')
  writeFileSync(path, '# our panels\r\n1234\n\nABCD, Harbour Street\nabcd\n')
  expect((await expected({interval: '60s', accounts: path})).accounts).toEqual(['12AB', '1234', 'ABCD'])
  writeFileSync(path, '1234\nnonsense\n')
  await expect(expected({interval: '60s', accounts: path})).rejects.toThrow('line 2')
})
