/** The DC-09 receiver without storage against the codec alone, clear and AES-128, and how long an answer takes: npm run bench -- dc09 */

import {once} from 'node:events'
import {createServer} from 'node:net'
import {fileURLToPath} from 'node:url'
import {execa} from 'execa'
import {serveReceiver} from '../src/panel/receiver.ts'
import {Supervisor} from '../src/panel/supervision/supervisor.ts'
import {acknowledgement} from '../src/protocol/dc09/answer.ts'
import {open, seal} from '../src/protocol/dc09/cipher.ts'
import {encodeFrame, readFrame} from '../src/protocol/dc09/frame.ts'
import {PieceBuffer} from '../src/protocol/dc09/pieces.ts'
import {signalsOf} from '../src/protocol/dc09/signals.ts'
import {formatTimestamp} from '../src/protocol/dc09/timestamp.ts'
import {accountName, KEY, KEY_HEX, type Load, type LoadResult, message, press} from './support/dc09-load.ts'
import {median, print, type Row} from './support/report.ts'
import {answerCpu, INSTALL, PEER, type Peer, receiverProcess, startPeer} from './support/sia-peer.ts'

const RUNS = 3
const CONNECTIONS = 16
const CLEAR_LIMIT = 20_000
const AES_LIMIT = 10_000
const RATE = 1_000
const P99_LIMIT_MS = 5
const CR = 0x0d
const ACCOUNTS: readonly number[] = [10, 1_000, 100_000]
/** A bigger table fits less well into the processor's cache; a search in it would cost a hundred times as much. */
const GROWTH_LIMIT = 1.5
const PAD = Buffer.alloc(16, 0x51)
/** Accounts from here on have the key. */
const KEYED = 0x800000

/** A receiver on any port that keeps nothing. */
const BARE = {host: '127.0.0.1', port: 0, clock: {now: () => Date.now(), sleep: () => Promise.resolve()}} as const
const keyOf = (account: string) => (Number.parseInt(account, 16) >= KEYED ? KEY : undefined)

let nextAccount = 1

if (process.argv[2] === 'load') {
  console.log(JSON.stringify(await press(JSON.parse(process.argv[3] ?? '{}'))))
} else if (process.argv[2] === 'serve') {
  await serveOurs()
} else {
  print('DC-09 receiver, nothing stored, kept connections', [
    await throughput('clear', false, CLEAR_LIMIT),
    await throughput('AES-128', true, AES_LIMIT),
    await latency(false),
    await latency(true),
    ...(await growth()),
    await againstPeer('clear', false),
    await againstPeer('AES-128', true),
  ])
}

/** Frames per second of the receiver's own processor time: one core. The machine's other work is not counted. */
async function throughput(name: string, encrypted: boolean, limit: number): Promise<Row> {
  await pressed({framesEach: 1_000, connections: CONNECTIONS, encrypted})
  const runs: {readonly wall: number; readonly core: number; readonly codec: number; readonly refused: number}[] = []
  for (let run = 0; run < RUNS; run++) {
    const {result, cpuSeconds} = await pressed({
      framesEach: encrypted ? 3_000 : 6_000,
      connections: CONNECTIONS,
      encrypted,
    })
    const {frames, seconds, refused} = result
    runs.push({wall: frames / seconds, core: frames / cpuSeconds, codec: codecRate(encrypted), refused})
  }
  const core = median(runs.map((run) => run.core))
  const wall = median(runs.map((run) => run.wall))
  const codec = median(runs.map((run) => run.codec))
  const refused = runs.reduce((sum, run) => sum + run.refused, 0)
  return {
    what: `${name}: frames/s on one core`,
    measured: `${thousands(core)} a core second, ${thousands(wall)} by the clock; codec alone ${thousands(codec)}${refused ? `; ${refused} REFUSED` : ''}`,
    ratio: `${(core / codec).toFixed(2)} × codec`,
    limit: `≥ ${thousands(limit)}/s`,
    holds: core >= limit && refused === 0,
  }
}

/** Pair by pair with a bare socket that answers without reading, under the same load: what the machine itself takes. */
async function latency(encrypted: boolean): Promise<Row> {
  const load = {framesEach: 80, connections: 50, encrypted, rate: RATE}
  const pairs: {readonly ours: LoadResult; readonly bare: LoadResult}[] = []
  for (let run = 0; run < RUNS; run++) {
    pairs.push({bare: await pressedBare(load), ours: (await pressed(load)).result})
  }
  const p99 = median(pairs.map(({ours}) => at(ours, 0.99)))
  const complete = pairs.every(({ours}) => ours.refused === 0 && ours.frames === load.framesEach * load.connections)
  const each = (share: number, which: 'ours' | 'bare') =>
    pairs.map((pair) => at(pair[which], share).toFixed(2)).join(', ')
  return {
    what: `${encrypted ? 'AES-128' : 'clear'}: p99 of an answer at ${thousands(RATE)} frames/s`,
    measured: `ms of ${RUNS} runs: p50 ${each(0.5, 'ours')}; p99 ${each(0.99, 'ours')}; a bare socket's p99 ${each(0.99, 'bare')}${complete ? '' : '; NOT ALL ANSWERED'}`,
    ratio: `${p99.toFixed(2)} ms`,
    limit: `≤ ${P99_LIMIT_MS} ms`,
    holds: p99 <= P99_LIMIT_MS && complete,
  }
}

/** The same frames of few accounts and of many, all supervised: round by round, so that the machine's other work hits all alike. */
async function growth(): Promise<Row[]> {
  const costs = ACCOUNTS.map((): number[] => [])
  for (let run = 0; run < RUNS + 1; run++) {
    for (const [index, accounts] of ACCOUNTS.entries()) costs[index]?.push(await costOf(accounts))
  }
  // The first round warms up.
  const [few = Number.NaN, ...more] = costs.map((all) => median(all.slice(1)))
  return more.map((cost, index) => ({
    what: `cost of a frame, ${thousands(ACCOUNTS[index + 1] ?? 0)} accounts against ${ACCOUNTS[0]}`,
    measured: `${cost.toFixed(1)} µs against ${few.toFixed(1)} µs of processor time, each account known and supervised`,
    ratio: `${(cost / few).toFixed(2)} ×`,
    limit: `≤ ${GROWTH_LIMIT} ×`,
    holds: cost / few <= GROWTH_LIMIT,
  }))
}

/** Processor time a frame, µs. */
async function costOf(accounts: number): Promise<number> {
  const connections = 10
  const names = Array.from({length: accounts}, (_, index) => accountName(index + 1))
  const supervisor = new Supervisor(names, [{path: 'primary', graceMs: 0, reportingMs: 60_000}], Date.now())
  const receiver = await serveReceiver({
    ...BARE,
    knows: (account) => supervisor.knows(account),
    accept: async (_signal, frame) => {
      supervisor.heard(frame.account, 'primary', Date.now())
      return 'stored'
    },
  })
  const load = {connections, framesEach: 9_900, accountsEach: accounts / connections, firstAccount: 1, encrypted: false}
  const before = process.cpuUsage()
  const {frames, refused} = await run({...load, port: receiver.port})
  const {user, system} = process.cpuUsage(before)
  await receiver.close()
  if (refused > 0) throw new Error(`${refused} frames refused`)
  return (user + system) / frames
}

/** One message under way on each connection, since the peer takes no two in one segment. Pair by pair, each in its own process. */
async function againstPeer(name: string, encrypted: boolean): Promise<Row> {
  const what = `${name}: frames/s on one core, ${PEER}`
  const first = encrypted ? KEYED : 1
  const load = {framesEach: 2_000, connections: CONNECTIONS, encrypted, window: 1, firstAccount: first}
  const pairs: {readonly ours: number; readonly peer: number}[] = []
  for (let run = 0; run < RUNS; run++) {
    const peer = await startPeer({first, count: 2 * load.connections, ...(encrypted ? {key: KEY_HEX} : {})})
    if (!peer) return {what, measured: INSTALL, ratio: 'skipped', limit: '-', holds: true}
    const ours = await receiverProcess(fileURLToPath(import.meta.url), ['serve'])
    pairs.push({peer: await coreRate(peer, load), ours: await coreRate(ours, load)})
  }
  const [ours, peer] = [median(pairs.map((pair) => pair.ours)), median(pairs.map((pair) => pair.peer))]
  return {
    what,
    measured: `${thousands(ours)} ours against ${thousands(peer)} a core second, one message under way on each of ${CONNECTIONS} connections; the peer neither joins split frames nor knows repetitions`,
    ratio: `${median(pairs.map((pair) => pair.ours / pair.peer)).toFixed(2)} × peer`,
    limit: '-',
    holds: true,
  }
}

/** Frames per second of the receiver's processor time; it is stopped. */
async function coreRate(receiver: Peer, load: Omit<Load, 'port'>): Promise<number> {
  try {
    // Other accounts: the same messages again would be repetitions.
    await run({...load, firstAccount: load.firstAccount + load.connections, port: receiver.port})
    const before = await receiver.cpuSeconds()
    const {frames, refused} = await run({...load, port: receiver.port})
    if (refused > 0) throw new Error(`${refused} frames refused`)
    return frames / ((await receiver.cpuSeconds()) - before)
  } finally {
    receiver.stop()
  }
}

async function serveOurs(): Promise<void> {
  const {port} = await serveReceiver({...BARE, keys: keyOf, accept: async () => 'stored'})
  answerCpu(port)
}

/** By nearest rank. */
function at({latenciesMs}: LoadResult, share: number): number {
  return latenciesMs[Math.ceil(latenciesMs.length * share) - 1] ?? Number.NaN
}

async function pressedBare(load: Omit<Load, 'port' | 'firstAccount'>): Promise<LoadResult> {
  const server = createServer({noDelay: true}, (socket) => {
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      for (const byte of chunk) if (byte === CR) socket.write('"ACK"\r')
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  const result = await run({...load, port: typeof address === 'object' && address ? address.port : 0, firstAccount: 1})
  server.close()
  return result
}

async function run(load: Load): Promise<LoadResult> {
  const {stdout} = await execa(process.execPath, [fileURLToPath(import.meta.url), 'load', JSON.stringify(load)])
  return JSON.parse(stdout)
}

/** A receiver in this process, pressed by another one. */
async function pressed(
  load: Omit<Load, 'port' | 'firstAccount'>,
): Promise<{readonly result: LoadResult; readonly cpuSeconds: number}> {
  const receiver = await serveReceiver({
    ...BARE,
    keys: keyOf,
    accept: async () => 'stored',
  })
  const firstAccount = nextAccount + (load.encrypted ? KEYED : 0)
  nextAccount += load.connections
  const before = process.cpuUsage()
  const result = await run({...load, port: receiver.port, firstAccount})
  const {user, system} = process.cpuUsage(before)
  await receiver.close()
  return {result, cpuSeconds: (user + system) / 1e6}
}

/** The same work without sockets: cut, read, open, understand, acknowledge, seal. Frames a second. */
function codecRate(encrypted: boolean): number {
  const frames = Array.from({length: 20_000}, (_, at) => message('800001', (at % 9_999) + 1, encrypted))
  const started = process.cpuUsage()
  for (const bytes of frames) {
    for (const piece of new PieceBuffer().push(bytes)) {
      const {frame} = readFrame(piece.bytes)
      const clear = frame?.encrypted ? open(frame, KEY).frame : frame
      if (!clear || signalsOf(clear).signals.length !== 1) throw new Error('the codec did not read its own frame')
      const answer = acknowledgement(clear)
      encodeFrame(encrypted ? seal({...answer, timestamp: formatTimestamp(Date.now())}, KEY, PAD) : answer)
    }
  }
  const {user, system} = process.cpuUsage(started)
  return frames.length / ((user + system) / 1e6)
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en-GB')
}
