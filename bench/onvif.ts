/** ONVIF identity of many cameras (time, information, profiles, stream address; logged in) against the onvif package and bare HTTP: npm run bench -- onvif */
import {fork} from 'node:child_process'
import {once} from 'node:events'
import {Agent, request} from 'node:http'
import {fileURLToPath} from 'node:url'
import onvif from 'onvif'
import * as ask from '../src/camera/onvif/operations.ts'
import {openOnvif} from '../src/camera/onvif/session.ts'
import {systemClock} from '../src/cli/system-clock.ts'
import {pool} from '../src/lib/pool.ts'
import {Secret} from '../src/lib/secret.ts'
import {writeEnvelope} from '../src/protocol/soap/envelope.ts'
import {startFleet} from '../src/sim/camera/fleet.ts'
import {loginKindOf} from '../src/sim/camera/onvif/login.ts'
import {median, print} from './support/report.ts'

const CAMERAS = 600
const ROUNDS = 5
const CONCURRENCY = 64
const GOAL = 600
const PASSWORD = 'bench'

interface Ready {
  readonly xaddrs: readonly string[]
}

interface Run {
  readonly rate: number
  readonly cpuMs: number
  readonly lost: number
}

if (process.argv[2] === 'serve') await serve()
else await measure()

/** Cameras that take tokens, as most do: the package logs in by token alone unless it is told otherwise. */
async function serve(): Promise<void> {
  const keys: string[] = []
  for (let index = 0; keys.length < CAMERAS; index++) if (loginKindOf(`B${index}`) === 'token') keys.push(`B${index}`)
  const fleet = await startFleet(
    keys.map((key, index) => ({
      ...{key, name: key, httpPort: 0, rtspPort: 0, credential: {user: 'admin', password: new Secret(PASSWORD)}},
      address: `127.90.${Math.floor(index / 250)}.${(index % 250) + 1}`,
    })),
    {clock: systemClock},
  )
  process.send?.({xaddrs: fleet.cameras.map(({xaddr}) => xaddr)} satisfies Ready)
  process.once('disconnect', () => void fleet.close())
}

async function measure(): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), ['serve'])
  const [{xaddrs}] = (await once(child, 'message')) as [Ready]
  const bodies = [
    ask.getSystemDateAndTime(),
    ask.getServices(),
    ask.getSystemDateAndTime(),
    ask.getServices(),
    ask.getCapabilities(),
  ]
  const texts = bodies.map(({body}) => writeEnvelope({body}))
  const rounds: {readonly ours: Run; readonly peer: Run; readonly bare: Run}[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    rounds.push({
      bare: await run(xaddrs, (xaddr) => bare(xaddr, texts)),
      peer: await run(xaddrs, peer),
      ours: await run(xaddrs, ours),
    })
  }
  child.disconnect()
  // The first round warms up.
  const warm = rounds.slice(1)
  const rate = (which: keyof (typeof warm)[number]) => median(warm.map((round) => round[which].rate))
  const cpu = (which: keyof (typeof warm)[number]) => median(warm.map((round) => round[which].cpuMs)).toFixed(2)
  const lost = warm.reduce((sum, {ours: {lost}}) => sum + lost, 0)
  const each = warm.map((round) => Math.round(round.ours.rate)).join(', ')
  print(`ONVIF identity, ${CAMERAS} cameras, ${CONCURRENCY} at a time, ${warm.length} rounds`, [
    {
      what: 'cameras/s',
      measured: `${each}; ${cpu('ours')} ms of processor time each; ${lost} lost`,
      ratio: `${Math.round(rate('ours'))}/s`,
      limit: `≥ ${GOAL}/s`,
      holds: rate('ours') >= GOAL && lost === 0,
    },
    {
      what: 'against the onvif package (connect, information, stream)',
      measured: `package ${Math.round(rate('peer'))}/s, ${cpu('peer')} ms each, ${warm.reduce((sum, {peer: {lost}}) => sum + lost, 0)} lost`,
      ratio: `${median(warm.map(({ours, peer}) => ours.rate / peer.rate)).toFixed(2)} ×`,
      limit: '≥ 2 ×',
      holds: median(warm.map(({ours, peer}) => ours.rate / peer.rate)) >= 2,
    },
    {
      what: 'against bare keep-alive HTTP (5 calls, no login, unread)',
      measured: `bare ${Math.round(rate('bare'))}/s, ${cpu('bare')} ms each`,
      ratio: `${median(warm.map(({ours, bare}) => ours.rate / bare.rate)).toFixed(2)} ×`,
      limit: '-',
      holds: true,
    },
  ])
}

async function run(xaddrs: readonly string[], work: (xaddr: string) => Promise<boolean>): Promise<Run> {
  const before = process.cpuUsage()
  const startedAt = performance.now()
  let good = 0
  for await (const ok of pool(xaddrs, CONCURRENCY, work)) if (ok) good += 1
  const seconds = (performance.now() - startedAt) / 1_000
  const {user, system} = process.cpuUsage(before)
  return {rate: xaddrs.length / seconds, cpuMs: (user + system) / 1_000 / xaddrs.length, lost: xaddrs.length - good}
}

/** Seven exchanges: the login is learnt from a refusal, and the services are asked for. */
async function ours(xaddr: string): Promise<boolean> {
  const session = openOnvif({
    ...{xaddr, timeoutMs: 10_000, clock: systemClock},
    credential: {user: 'admin', password: new Secret(PASSWORD)},
    ledger: {mayTry: () => true, trying() {}, succeeded() {}, failed() {}},
  })
  try {
    await session.clock()
    const {model} = await session.identity()
    const [profile] = await session.profiles()
    const {uri} = await session.streamUri(profile?.token ?? '')
    return model === 'SIM-1' && uri.startsWith('rtsp://127.')
  } finally {
    await session.close()
  }
}

/** As its README has it: connect (time, services, profiles …), then information and the stream's address. */
function peer(xaddr: string): Promise<boolean> {
  const {hostname, port} = new URL(xaddr)
  return new Promise((resolve) => {
    const cam = new onvif.Cam(
      {hostname, port: Number(port), username: 'admin', password: PASSWORD, timeout: 10_000},
      (error: unknown) => {
        if (error) return resolve(false)
        cam.getDeviceInformation((failed: unknown) => {
          if (failed) return resolve(false)
          cam.getStreamUri({protocol: 'RTSP'}, (wrong: unknown, stream?: {uri: string}) =>
            resolve(!wrong && Boolean(stream?.uri)),
          )
        })
      },
    )
    cam.on('error', () => resolve(false))
  })
}

async function bare(xaddr: string, texts: readonly string[]): Promise<boolean> {
  const agent = new Agent({keepAlive: true, maxSockets: 1})
  try {
    for (const text of texts) if ((await post(xaddr, text, agent)) !== 200) return false
    return true
  } finally {
    agent.destroy()
  }
}

function post(xaddr: string, body: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {'content-type': 'application/soap+xml', 'content-length': Buffer.byteLength(body)}
    const sent = request(xaddr, {method: 'POST', agent, headers}, (response) => {
      response.resume()
      response.once('end', () => resolve(response.statusCode ?? 0))
    })
    sent.once('error', reject)
    sent.end(body)
  })
}
