/**
 * 10,000 simulated cameras, a tenth of them sick in every way there is, probed to the first key frame by one process: seconds,
 * memory, faults by a wrong name, sick ones called healthy. And what a camera costs in a fleet of half the size, and a dead
 * one. The cameras are served by other processes on this machine (Linux: VmHWM). npm run bench -- fleet
 */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {execa} from 'execa'
import {FAULTS, isFaultName} from '../src/sim/faults.ts'
import {type CityProcess, startCityProcess} from './support/city-process.ts'
import {cpuSeconds, peakMb} from './support/process-cost.ts'
import {print, type Row} from './support/report.ts'

/** A city takes three sockets a camera, and many systems give a process 20,000 and fewer: four cities serve the fleet. */
const CITIES = 4
const CITY_CAMERAS = Number(process.env.FLEET_CAMERAS ?? 10_000) / CITIES
const SICK = 0.1
const FIRST_NETWORK = 61
const LIMIT_S = 300
const LIMIT_MB = 400
const LINEAR = 1.25
/** Of what a live camera costs. */
const DEAD_COST = 0.15

const root = fileURLToPath(new URL('..', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'citywatch-bench-'))
process.on('exit', () => rmSync(home, {recursive: true, force: true}))
const passwordFile = join(home, 'password')
writeFileSync(passwordFile, 'a password of the bench\n', {mode: 0o600})

interface Run {
  readonly cameras: number
  readonly live: number
  readonly seconds: number
  readonly cpuS: number
  readonly mb: number
  /** `what it has → what was said: how many`, where that is not the same. */
  readonly wrong: Readonly<Record<string, number>>
  readonly falseOk: number
  readonly missing: number
}

await fleet()
await dead()

async function fleet(): Promise<void> {
  const cities = await Promise.all(
    Array.from({length: CITIES}, (_, index) =>
      city(CITY_CAMERAS, FIRST_NETWORK + index, everyFault(CITY_CAMERAS * SICK)),
    ),
  )
  try {
    const half = await probe(cities.slice(0, CITIES / 2))
    const whole = await probe(cities)
    const simulators = cities.map(({pid}) => peakMb(pid)).join(', ')
    console.log(
      `\nthe simulators: ${simulators} MB, ${cities.map(({pid}) => Math.round(cpuSeconds(pid))).join(', ')} s`,
    )
    print(`${whole.cameras} cameras, a tenth of them sick`, [...rows(half), ...rows(whole), linear(half, whole)])
  } finally {
    await Promise.all(cities.map((one) => one.stop()))
  }
}

/** What a dead camera costs in processor time against a live one; what the program costs itself is taken off both. */
async function dead(): Promise<void> {
  const size = Math.round(CITY_CAMERAS * 0.4)
  const [living, dying] = await Promise.all([
    city(size, FIRST_NETWORK, {}),
    city(size, FIRST_NETWORK + 1, {dead: size}),
  ])
  try {
    const one = await probe([dying], 1)
    const [live, gone] = [await probe([living]), await probe([dying])]
    const [ofLive, ofDead] = [live, gone].map(({cpuS}) => ((cpuS - one.cpuS) / size) * 1_000) as [number, number]
    const ratio = ofDead / ofLive
    const wrong = [live, gone].map(said)
    const measured = `${ofDead.toFixed(2)} ms of CPU against ${ofLive.toFixed(2)} for a live one; ${size} of them ${gone.seconds.toFixed(1)} s against ${live.seconds.toFixed(1)}; wrong ${wrong.join(', ')}`
    const holds = ratio <= DEAD_COST && wrong.every((list) => list === 'none')
    print('what a dead camera costs', [
      {what: 'it is waited for', measured, ratio: `${ratio.toFixed(2)} × live`, limit: `≤ ${DEAD_COST} ×`, holds},
    ])
  } finally {
    await Promise.all([living.stop(), dying.stop()])
  }
}

function city(cameras: number, network: number, faults: Record<string, number>): Promise<CityProcess> {
  return startCityProcess({cameras, network, seed: network, faults, passwordFile}, root, home)
}

/** Every sickness as often as the others; what is over is dead. */
function everyFault(sick: number): Record<string, number> {
  const names = Object.keys(FAULTS)
  const each = Math.floor(sick / names.length)
  return {...Object.fromEntries(names.map((name) => [name, each])), dead: Math.round(sick) - each * (names.length - 1)}
}

async function probe(cities: readonly CityProcess[], atMost = Number.POSITIVE_INFINITY): Promise<Run> {
  const all = cities.flatMap(({cameras}) => cameras.map(({xaddr, fault}) => [xaddr, fault] as const))
  const truth = new Map(all.slice(0, atMost))
  const state = mkdtempSync(join(home, 'state-')) // no login is withheld for what an earlier run saw
  const login = ['--user', cities[0]?.user ?? '', '--password-file', passwordFile]
  const args = ['bin/run.js', 'camera', 'probe', '-', ...login, '--json']
  const started = performance.now()
  const child = execa(process.execPath, args, {
    ...{cwd: root, reject: false, maxBuffer: 256 * 1_024 * 1_024, input: [...truth.keys()].join('\n')},
    env: {CITYWATCH_CONFIG_DIR: home, CITYWATCH_STATE_DIR: state},
  })
  const cost = {mb: 0, cpuS: 0}
  const look = setInterval(() => {
    cost.mb = Math.max(cost.mb, peakMb(child.pid))
    cost.cpuS = Math.max(cost.cpuS, cpuSeconds(child.pid))
  }, 50)
  const {stdout} = await child
  clearInterval(look)
  const seconds = (performance.now() - started) / 1_000
  const {cameras} = JSON.parse(stdout) as {cameras: readonly Said[]}
  return {...cost, seconds, ...judge(cameras, truth)}
}

interface Said {
  readonly camera: string
  readonly xaddr?: string
  readonly verdict: string
  readonly cause?: string
}

/** What was said of every camera against what it has. */
function judge(cameras: readonly Said[], truth: ReadonlyMap<string, string | undefined>) {
  const wrong: Record<string, number> = {}
  const seen = new Set<string>()
  let falseOk = 0
  for (const report of cameras) {
    const {verdict, camera} = report
    const fault = truth.get(camera) ?? ''
    if (truth.has(camera)) seen.add(camera)
    const right = isFaultName(fault) ? `${FAULTS[fault].verdict} ${FAULTS[fault].cause}` : 'healthy'
    const told = verdict === 'healthy' ? verdict : `${verdict} ${report.cause ?? '?'}`
    if (told === right) continue
    const name = `${fault || 'healthy'} → ${told}`
    wrong[name] = (wrong[name] ?? 0) + 1
    if (verdict === 'healthy') falseOk += 1
  }
  const live = [...truth.values()].filter((fault) => fault !== 'dead' && fault !== 'refused').length
  return {wrong, falseOk, cameras: truth.size, live, missing: truth.size - seen.size}
}

function said({wrong}: Run): string {
  const list = Object.entries(wrong).map(([name, count]) => `${name}: ${count}`)
  return list.length > 0 ? list.join(', ') : 'none'
}

function rows(run: Run): Row[] {
  const {cameras, seconds, cpuS, mb, falseOk, missing} = run
  const limitS = (LIMIT_S * cameras) / (CITIES * CITY_CAMERAS)
  const wrong = Object.values(run.wrong).reduce((sum, count) => sum + count, 0)
  const speed = `${Math.round(cameras / seconds)} cameras/s, ${cpuS.toFixed(1)} s of CPU`
  return [
    {
      what: `camera probe of ${cameras}`,
      measured: speed,
      ratio: `${seconds.toFixed(1)} s`,
      limit: `≤ ${limitS} s`,
      holds: seconds <= limitS,
    },
    {
      what: '  memory at its peak',
      measured: 'the prober alone',
      ratio: `${mb} MB`,
      limit: `≤ ${LIMIT_MB} MB`,
      holds: mb > 0 && mb <= LIMIT_MB,
    },
    {
      what: '  faults by a wrong name',
      measured: `${said(run)}; ${missing} without a report`,
      ratio: String(wrong),
      limit: '0',
      holds: wrong === 0 && missing === 0,
    },
    {
      what: '  false ok',
      measured: 'sick, and called healthy',
      ratio: String(falseOk),
      limit: '0',
      holds: falseOk === 0,
    },
  ]
}

function linear(half: Run, whole: Run): Row {
  const [of5, of10] = [half, whole].map(({cpuS, live}) => (cpuS / live) * 1_000) as [number, number]
  const ratio = of10 / of5
  const measured = `${of10.toFixed(2)} ms of CPU against ${of5.toFixed(2)} with half as many; ${(whole.seconds / half.seconds).toFixed(2)} × the seconds`
  return {
    what: 'cost of a live camera',
    measured,
    ratio: `${ratio.toFixed(2)} ×`,
    limit: `≤ ${LINEAR} ×`,
    holds: ratio <= LINEAR,
  }
}
