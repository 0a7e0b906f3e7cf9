/**
 * A sweep of 65,536 addresses of which 1 % are cameras, a third of them silent to WS-Discovery: seconds, cameras missed and
 * memory, against nmap on a part of the same. In a network namespace of its own (Linux, `unshare`), once on loopback, where
 * the dead refuse at once, and once on a link where they say nothing. npm run bench -- sweep
 */
import {type ChildProcess, spawn, spawnSync} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'
import {execa} from 'execa'
import {print, type Row} from './support/report.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const ALIVE = 655
const ADDRESSES = 65_536
const LIMIT_S = 60
const HTTP_PORT = 18_080
const DISCOVERY_PORT = 13_702
/** The camera's port and two that are closed, as many as are asked by default. */
const PORTS = ['18080', '18081', 'rtsp:18554']
const RATE = 20_000
const CONCURRENCY = 8_192
/** Where the dead are silent nmap gets the first 4,096 addresses: the whole takes it half an hour and more. */
const NMAP_BITS = {refused: 16, silent: 20}

/** Seconds of each sweep, by its prefix. */
const ourSeconds = new Map<string, number>()
const isInside = process.argv[2] === 'inside'
if (!isInside && process.platform === 'linux' && spawnSync('unshare', ['-rn', 'true']).status === 0) {
  process.exitCode =
    spawnSync('unshare', ['-rn', process.execPath, fileURLToPath(import.meta.url), 'inside'], {
      stdio: 'inherit',
    }).status ?? 1
} else {
  if (isInside) for (const line of LINK()) ip(line)
  print('a sweep of a /16 on loopback, where the dead refuse', await measure('127.77'))
  if (isInside) print('the same on a link where the dead are silent', await measure('10.77'))
}

/** A link without neighbours: what is sent into it is gone, as with addresses that nobody has. */
function LINK(): string[] {
  return [
    'link set lo up',
    'link add v0 type veth peer name v1',
    'link set v0 arp off up',
    'link set v1 arp off up',
    'address add 10.77.0.1/16 dev v0',
  ]
}

function ip(line: string): void {
  const {status, stderr} = spawnSync('ip', line.split(' '), {encoding: 'utf8'})
  if (status !== 0) throw new Error(`ip ${line}: ${stderr}`)
}

async function measure(prefix: string): Promise<Row[]> {
  const alive = placesOf(prefix)
  if (prefix.startsWith('10.')) {
    const lines = [...alive].map((address) => `address add ${address}/32 dev lo\n`).join('')
    spawnSync('ip', ['-batch', '-'], {input: lines})
  }
  const fleet = await fleetAt(alive)
  try {
    const whole = await ours(prefix, alive)
    const half = await ours(prefix, alive, 17)
    return [...whole, ...half.slice(0, 2), linear(prefix), ...(await theirs(prefix, alive))]
  } finally {
    fleet.kill()
  }
}

/** Spread evenly, the same each time. */
function placesOf(prefix: string): Set<string> {
  const places = new Set<string>()
  for (let index = 0; places.size < ALIVE; index++) {
    const place = (index * 40_503 + 2_311) % ADDRESSES
    if (place > 1 && place < ADDRESSES - 1) places.add(`${prefix}.${place >> 8}.${place & 255}`)
  }
  return places
}

async function fleetAt(addresses: ReadonlySet<string>): Promise<ChildProcess> {
  const args = [`${root}bench/support/sweep-fleet.ts`, String(HTTP_PORT), String(DISCOVERY_PORT)]
  const child = spawn(process.execPath, args, {stdio: ['pipe', 'pipe', 'inherit']})
  child.stdin.end([...addresses].join('\n'))
  for await (const line of createInterface({input: child.stdout})) if (line === 'ready') return child
  throw new Error('the cameras did not start')
}

async function ours(prefix: string, everybody: ReadonlySet<string>, bits = 16): Promise<Row[]> {
  const alive = inPart(everybody, bits)
  const flags = ['--max-hosts', String(ADDRESSES), '--rate', String(RATE), '--concurrency', String(CONCURRENCY)]
  const target = ['--port', String(DISCOVERY_PORT), '--ports', PORTS.join(','), '--json']
  const started = performance.now()
  const child = execa(
    process.execPath,
    ['bin/run.js', 'camera', 'discover', `${prefix}.0.0/${bits}`, ...flags, ...target],
    {
      cwd: root,
      reject: false,
      maxBuffer: 64 * 1024 * 1024,
    },
  )
  let peakMb = 0
  let cpuS = 0
  const look = setInterval(() => {
    peakMb = Math.max(peakMb, residentMb(child.pid))
    cpuS = Math.max(cpuS, cpuSeconds(child.pid))
  }, 100)
  const {stdout, stderr, exitCode} = await child
  clearInterval(look)
  const seconds = (performance.now() - started) / 1_000
  if (exitCode !== 0) console.error(stderr)
  const {cameras, sweep} = JSON.parse(stdout) as {
    cameras: {address: string; kind: string; heard: string}[]
    sweep: {asked: number; silent: number; refused: number}
  }
  const found = new Set(cameras.filter(({kind}) => kind === 'onvif').map(({address}) => address))
  const missed = [...alive].filter((address) => !found.has(address)).length
  const twice = cameras.length - new Set(cameras.map(({address}) => address)).size
  const byTcp = cameras.filter(({heard}) => heard === 'tcp').length
  ourSeconds.set(`${prefix}/${bits}`, seconds)
  return [
    {
      what: `camera discover ${prefix}.0.0/${bits}`,
      measured: `${sweep.asked} asked, ${sweep.silent} silent, ${sweep.refused} refused; WS-Discovery twice in two types and ${PORTS.length} TCP ports each; ${cpuS.toFixed(1)} s of CPU`,
      ratio: `${seconds.toFixed(1)} s`,
      limit: `≤ ${LIMIT_S} s`,
      holds: seconds <= LIMIT_S,
    },
    {
      what: `cameras missed, of ${alive.size}`,
      measured: `${found.size} found, ${byTcp} of them by TCP alone; ${cameras.length - found.size} others, ${twice} twice`,
      ratio: String(missed),
      limit: '0',
      holds: missed === 0 && twice === 0 && found.size === alive.size,
    },
    {
      what: 'memory at its peak',
      measured: 'the whole process',
      ratio: `${peakMb} MB`,
      limit: '≤ 400 MB',
      holds: peakMb <= 400,
    },
  ]
}

/** Twice the addresses take twice the time, and no more. */
function linear(prefix: string): Row {
  const [whole = 0, half = 1] = [16, 17].map((bits) => ourSeconds.get(`${prefix}/${bits}`))
  const ratio = whole / half
  return {
    what: 'twice the addresses',
    measured: `${whole.toFixed(1)} s against ${half.toFixed(1)} s`,
    ratio: `${ratio.toFixed(2)} ×`,
    limit: '≤ 2.3 ×',
    holds: ratio <= 2.3,
  }
}

async function theirs(prefix: string, alive: ReadonlySet<string>): Promise<Row[]> {
  if (spawnSync('nmap', ['--version']).error) return []
  const ports = PORTS.map((port) => port.replace(/^\w+:/, '')).join(',')
  const rows: Row[] = []
  const isSilent = prefix.startsWith('10.')
  const bits = isSilent ? NMAP_BITS.silent : NMAP_BITS.refused
  const addresses = 2 ** (32 - bits)
  for (const speed of ['-T4', '-T5']) {
    const started = performance.now()
    const {stdout} = await execa(
      'nmap',
      ['-n', '-Pn', '-sT', speed, '-p', ports, '--open', '-oG', '-', `${prefix}.0.0/${bits}`],
      {reject: false, timeout: 400_000, maxBuffer: 64 * 1024 * 1024},
    )
    const seconds = (performance.now() - started) / 1_000
    const seen = new Set([...stdout.matchAll(/^Host: (\S+) .*\/open\//gm)].map(([, address]) => address))
    const there = [...inPart(alive, bits)]
    const missed = there.filter((address) => !seen.has(address)).length
    const perAddress = seconds / addresses
    const own = (ourSeconds.get(`${prefix}/16`) ?? 0) / ADDRESSES
    rows.push({
      what: `nmap ${speed} -sT, the same ports, a /${bits} of it`,
      measured: `${seconds.toFixed(1)} s for ${addresses} addresses, ${(perAddress * 1e6).toFixed(0)} µs each against ${(own * 1e6).toFixed(0)} µs; it missed ${missed} of ${there.length} and does not say what answers`,
      ratio: `${(own / perAddress).toFixed(2)} ×`,
      // Where all is refused at once there is nothing to wait for: nmap asks three things, as fast as it can, we seven, in pace.
      limit: isSilent ? '≤ 1 ×' : '-',
      holds: !isSilent || own <= perAddress,
    })
  }
  return rows
}

/** Those in the first addresses of the /16. */
function inPart(alive: ReadonlySet<string>, bits: number): Set<string> {
  const thirds = 2 ** (24 - bits)
  return new Set([...alive].filter((address) => Number(address.split('.')[2]) < thirds))
}

/** Time on a core so far: ticks of 10 ms. */
function cpuSeconds(pid: number | undefined): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
    return (Number(fields[11]) + Number(fields[12])) / 100
  } catch {
    return 0
  }
}

function residentMb(pid: number | undefined): number {
  try {
    return Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024) // none once it has ended
  } catch {
    return 0
  }
}
