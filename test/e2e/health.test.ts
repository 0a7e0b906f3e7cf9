import {appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {observationLine} from '../../src/health/observation.ts'
import {citywatch, newHome, start} from '../support/cli.ts'
import {DEAD, HOUR, NOON, observation} from '../support/observations.ts'

const home = newHome()

interface Indicator {
  readonly code: string
  readonly good: number
  readonly all: number
  readonly state: string
}

interface Score {
  readonly score: {
    readonly levels: readonly {readonly objects: readonly {readonly indicators: readonly Indicator[]}[]}[]
  }
  readonly tiers: readonly {readonly tier: string; readonly outcome: string}[]
}

/** A folder of observations: `dead` of 100 key cameras are dead at noon. */
function stored(name: string, dead: number): readonly string[] {
  const folder = join(home.folder, name)
  const lines = Array.from({length: 100}, (_, index) =>
    observationLine(
      observation({
        camera: `cam-${index}`,
        tier: 'key',
        jurisdiction: `city.d${index % 4}`,
        at: NOON - HOUR,
        ...(index < dead ? DEAD : {}),
      }),
    ),
  )
  return [folder, ...lines]
}

async function fleet(name: string, dead: number): Promise<readonly string[]> {
  const [folder = '', ...lines] = stored(name, dead)
  const file = `${folder}.jsonl`
  writeFileSync(file, `${lines.join('\n')}\n`)
  const {exitCode} = await citywatch(home, ['health', 'run', '--from', file, '--offline', '--observations', folder])
  expect(exitCode).toBe(0)
  return [
    '--observations',
    folder,
    '--until',
    new Date(NOON).toISOString(),
    '--since',
    new Date(NOON - 12 * HOUR).toISOString(),
  ]
}

test('health run probes a camera and keeps what it saw; health score tells it; a password is in none of it', async () => {
  const camera = start(home, [
    'sim',
    'camera',
    '--address',
    '127.23.6.1',
    '--http-port',
    '0',
    '--rtsp-port',
    '0',
    '--json',
  ])
  const ready = JSON.parse(await camera.line((line) => line.includes('onvif')))
  const login = ['--user', ready.user, '--password-file', ready['password-file']]
  const password = readFileSync(ready['password-file'], 'utf8').trim()
  const run = await citywatch(home, ['health', 'run', ready.onvif, ...login, '--json'])
  expect(run.json()).toMatchObject({stored: 1, refused: 0, verdicts: {healthy: 1}})
  const probed = await citywatch(home, ['camera', 'probe', ready.onvif, ...login, '--json'])
  const again = await citywatch(home, ['health', 'run', '--from', '-', '--offline', '--json'], {input: probed.stdout})
  expect(again.json()).toMatchObject({stored: 1, refused: 0})
  await camera.stop()
  const {exitCode, json} = await citywatch(home, ['health', 'score', '--json'])
  expect(exitCode).toBe(0)
  const a12 = indicators(json<Score>()).find(({code}) => code === 'A12')
  expect(a12).toMatchObject({good: 2, all: 2, state: 'measured'})
  const folder = join(home.folder, 'state', 'health', 'observations')
  expect(
    readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join(''),
  ).not.toContain(password)
})

test('health score: exit 0 at 98 % of key cameras, 3 below, 3 when nothing is known; the same bytes again', async () => {
  const met = await citywatch(home, ['health', 'score', '--profile', 'cn-996', '--json', ...(await fleet('met', 2))])
  expect([met.exitCode, met.json<Score>().tiers.map(({outcome}) => outcome)]).toEqual([0, ['met']])
  const flags = await fleet('under', 3)
  const under = await citywatch(home, ['health', 'score', '--profile', 'cn-996', '--json', ...flags])
  expect([under.exitCode, under.json<Score>().tiers.map(({outcome}) => outcome)]).toEqual([3, ['under']])
  const again = await citywatch(home, ['health', 'score', '--profile', 'cn-996', '--json', ...flags])
  expect(again.stdout).toBe(under.stdout)
  const nothing = await citywatch(home, ['health', 'score', '--observations', join(home.folder, 'none'), '--json'])
  expect([nothing.exitCode, nothing.json<Score>().tiers]).toEqual([3, []])
})

test('health score --explain, --by, --tier, a profile of one’s own, and a misspelt one', async () => {
  const flags = await fleet('explained', 7)
  const explained = await citywatch(home, ['health', 'score', '--explain', '-o', 'tsv', ...flags])
  expect(explained.stdout).toContain('A14\tnormal use\ttimeout-connect\t0.70\t7\t7\tcam-0 (1), cam-1 (1), cam-2 (1)')
  const grouped = await citywatch(home, [
    'health',
    'score',
    '--by',
    'jurisdiction',
    '-o',
    'csv',
    '--columns',
    'group,cameras',
    ...flags,
  ])
  expect(grouped.stdout.split('\n').slice(0, 3)).toEqual(['group,cameras', 'city,100', 'city.d0,25'])
  const other = await citywatch(home, ['health', 'score', '--tier', 'other', ...flags])
  expect([other.exitCode, other.stderr]).toEqual([3, expect.stringContaining('0 cameras')])
  const own = join(home.folder, 'own.json')
  const generic = JSON.parse(readFileSync(new URL('../../src/health/profiles/generic.json', import.meta.url), 'utf8'))
  writeFileSync(
    own,
    JSON.stringify({...generic, name: 'own', thresholds: [{...generic.thresholds[0], atLeast: 9_000}]}),
  )
  expect((await citywatch(home, ['health', 'score', '--profile', own, ...flags])).exitCode).toBe(0)
  writeFileSync(own, JSON.stringify({...generic, tresholds: []}))
  const misspelt = await citywatch(home, ['health', 'score', '--profile', own, ...flags])
  expect([misspelt.exitCode, misspelt.stderr]).toEqual([2, expect.stringContaining('tresholds')])
  expect((await citywatch(home, ['health', 'score', '--profile', 'cn-997', ...flags])).exitCode).toBe(2)
})

test('health run --from: what contradicts itself or lies ahead is refused by name, the rest is kept; exit 3', async () => {
  const folder = join(home.folder, 'mixed')
  const line = observationLine(observation())
  const future = observationLine(observation({at: Date.now() + 48 * HOUR}))
  const input = [
    '',
    line,
    line.replace('oooooo', 'ooooof'),
    future,
    '{"camera":',
    line.replace('cam-1', 'cam-2'),
    '{"camera":"x"}',
  ].join('\n')
  const {exitCode, json} = await citywatch(
    home,
    ['health', 'run', '--from', '-', '--offline', '--json', '--observations', folder],
    {input},
  )
  const report = json<{stored: number; refused: number; refusals: {report: number}[]}>()
  expect([exitCode, report.stored, report.refused, report.refusals.map((one) => one.report)]).toEqual([
    3,
    2,
    4,
    [2, 3, 4, 6],
  ])
})

test('health run --keep drops old days only', async () => {
  const folder = join(home.folder, 'kept')
  const input = [0, 400 * 24 * HOUR].map((age) => observationLine(observation({at: Date.now() - age}))).join('\n')
  const {json} = await citywatch(
    home,
    ['health', 'run', '--from', '-', '--offline', '--keep', '365d', '--json', '--observations', folder],
    {input},
  )
  expect([json<{droppedDays: number}>().droppedDays, readdirSync(folder).length]).toEqual([1, 1])
})

test('health history: days, and one camera; a torn line is told, not hidden', async () => {
  const flags = await fleet('history', 1)
  const days = await citywatch(home, ['health', 'history', '-o', 'tsv', ...flags])
  expect(days.stdout.split('\n')).toHaveLength(2)
  const one = await citywatch(home, ['health', 'history', '--camera', 'cam-0', '-o', 'tsv', ...flags])
  expect(one.stdout.split('\n')[1]).toContain('dead\ttimeout-connect\tfsssss')
  appendFileSync(join(home.folder, 'history', '2026-07-14.jsonl'), '{"v":1,"camera":"cam-0","at":17')
  const torn = await citywatch(home, ['health', 'history', ...flags])
  expect(torn.stderr).toContain('1 stored lines could not be read')
})

test.each(['html', 'md', 'xlsx', 'csv', 'json'])(
  'health report --out x.%s: whole or not there, the same bytes for the same time',
  async (form) => {
    const flags = [...(await fleet(`report-${form}`, 1)), '--profile', 'cn-996', '--made-at', '2026-07-15']
    const [one, other] = ['a', 'b'].map((name) => join(home.folder, `${name}.${form}`)) as [string, string]
    for (const path of [one, other])
      expect((await citywatch(home, ['health', 'report', '--out', path, ...flags])).exitCode).toBe(0)
    expect(readFileSync(one).equals(readFileSync(other))).toBe(true)
    const nowhere = await citywatch(home, ['health', 'report', '--out', join(home.folder, 'no', `x.${form}`), ...flags])
    expect([nowhere.exitCode, existsSync(join(home.folder, 'no'))]).toEqual([1, false])
  },
)

test('health forecast: a clock that drifts out within the week is told, exit 3', async () => {
  const folder = join(home.folder, 'drift')
  const input = Array.from({length: 60}, (_, index) =>
    observationLine(observation({at: NOON + index * 2 * HOUR, clockMs: 2_000 + index * 100 + (index % 3) * 40})),
  ).join('\n')
  await citywatch(home, ['health', 'run', '--from', '-', '--offline', '--observations', folder], {input})
  const until = new Date(NOON + 120 * HOUR).toISOString()
  const {exitCode, json} = await citywatch(home, [
    'health',
    'forecast',
    '--observations',
    folder,
    '--until',
    until,
    '--since',
    '2026-07-10',
    '--json',
  ])
  expect([exitCode, json<{warnings: {camera: string; metric: string}[]}>().warnings]).toMatchObject([
    3,
    [{camera: 'cam-1', metric: 'clock'}],
  ])
})

function indicators({score}: Score): readonly Indicator[] {
  return score.levels.flatMap(({objects}) => objects).flatMap((object) => object.indicators)
}
