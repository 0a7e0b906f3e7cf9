/** Asks every address of a range by itself: a WS-Discovery probe, then its TCP ports, for what multicast does not reach. */
import type {Clock} from '../../lib/clock.ts'
import {limiter} from '../../lib/limiter.ts'
import {safeText} from '../../lib/safe-text.ts'
import type {ProbeType} from '../../protocol/wsdiscovery/message.ts'
import {deviceServiceAt, type Fingerprint, fingerprint} from './fingerprint.ts'
import {type Found, isOn} from './found.ts'
import {Knocks} from './knocks.ts'
import {Pace} from './pace.ts'
import type {AskedPort} from './ports.ts'
import {Room} from './room.ts'
import type {Sightings} from './sightings.ts'

export interface SweepOptions {
  /** Questions a second: datagrams and connections together. */
  readonly rate: number
  /** Connections at a time. */
  readonly concurrency: number
  /** How long a connection may take to come about, ms. */
  readonly connectMs: number
  /** How long to wait for the last answers over UDP, and for each answer over TCP, ms. */
  readonly timeoutMs: number
  readonly ports: readonly AskedPort[]
  readonly clock: Clock
  /** Told from time to time: questions asked, of so many. */
  readonly progress: (asked: number, all: number) => void
}

export interface SweepCounts {
  /** Addresses to ask, and those of them that were asked everything. */
  readonly addresses: number
  asked: number
  /** Of those asked over TCP: some port open, some port refused and none open, nothing heard. */
  open: number
  refused: number
  silent: number
  /** Addresses that this machine could not ask, or not everything: no route, no descriptor. Told by the system's code. */
  readonly failed: Record<string, number>
}

export interface SweepParts {
  readonly addresses: Iterable<string> & {readonly size: number}
  /** Sends one datagram, at once or when there is room. */
  readonly send: (text: string, address: string) => Promise<void> | undefined
  /** Resolves when all that was sent is on its way. */
  readonly drained: () => Promise<void>
  /** A new question of that type. */
  readonly probe: (type: ProbeType) => string
  readonly sightings: Sightings
  /** Hands over what was found. */
  readonly tell: (found: readonly Found[]) => void
  /** Devices that were heard by datagram and name only addresses on other hosts, by the address that answered. */
  readonly held: Map<string, Found[]>
  readonly counts: SweepCounts
  readonly signal: AbortSignal
}

/** Some devices answer only one type, some only a question without any; each is asked twice, since UDP loses. */
const TYPES: readonly ProbeType[] = ['NetworkVideoTransmitter', null]
const ROUNDS = 2
/** Between the two rounds, ms: also where the range is short. */
const ROUND_PAUSE_MS = 300
/** One message id serves so many addresses. */
const PER_PROBE = 1_024
/** Ports that are talked to at a time: each takes more memory than one that is knocked at. */
const MAX_CONVERSATIONS = 1_024

/** Resolves when everything was asked and its time is over; rejects when `signal` aborts. What was found until then is told. */
export async function sweep(parts: SweepParts, options: SweepOptions): Promise<void> {
  const {addresses, held, tell, signal} = parts
  const {clock, ports, timeoutMs} = options
  const asking: Asking = {
    pace: new Pace(options.rate, clock),
    all: addresses.size * (TYPES.length * ROUNDS + ports.length),
    done: 0,
  }
  try {
    await askByDatagram(parts, options, asking)
    await clock.sleep(ROUND_PAUSE_MS, signal)
    const again = askByDatagram(parts, options, asking).then(() => clock.sleep(timeoutMs, signal))
    // The second round keeps ahead of the connections: who answers late is still known by its datagram first.
    await Promise.all([again, ports.length > 0 ? knockEverywhere(parts, options, asking) : undefined])
  } finally {
    for (const found of held.values()) tell(found)
    held.clear()
  }
}

interface Asking {
  readonly pace: Pace
  readonly all: number
  done: number
}

async function askByDatagram(parts: SweepParts, {progress, ports}: SweepOptions, asking: Asking): Promise<void> {
  const {addresses, send, drained, probe, sightings, counts, signal} = parts
  let texts: string[] = []
  let sent = 0
  for (const address of addresses) {
    if (sent++ % PER_PROBE === 0) texts = TYPES.map(probe)
    asking.done += TYPES.length
    if (sightings.hasAnswered(address)) continue
    for (const text of texts) {
      const turn = asking.pace.turn(signal)
      if (turn) await turn
      const later = send(text, address)
      if (later) await later
    }
    progress(asking.done, asking.all)
  }
  await drained()
  if (ports.length === 0) counts.asked = sent
}

async function knockEverywhere(parts: SweepParts, options: SweepOptions, asking: Asking): Promise<void> {
  const {addresses, signal} = parts
  const {ports, concurrency, connectMs, clock, progress} = options
  const knocks = new Knocks(connectMs, clock, signal)
  const inTurn = limiter(MAX_CONVERSATIONS)
  const room = new Room(concurrency)
  const open = new Set<Promise<void>>()
  let failure: {readonly error: unknown} | undefined
  const ask = async (address: string) => {
    const answers: Promise<PortAnswer>[] = []
    for (const port of ports) {
      const turn = asking.pace.turn(signal)
      if (turn) await turn
      const place = room.enter()
      if (place) await place
      const asked = askPort(address, port, {knocks, inTurn, options, signal, sightings: parts.sightings})
      answers.push(asked.finally(() => room.leave()))
      asking.done += 1
    }
    const host: Promise<void> = Promise.all(answers)
      .then((all) => conclude(address, all, parts))
      .catch((error: unknown) => {
        failure = {error}
      })
      .finally(() => open.delete(host))
    open.add(host)
  }
  for (const address of addresses) {
    if (failure || signal.aborted) break
    await ask(address).catch(stopped(signal))
    progress(asking.done, asking.all)
  }
  await Promise.all(open) // at once when the run was stopped
  if (failure) throw (failure as {readonly error: unknown}).error
  signal.throwIfAborted()
}

/** Lets the end of the run pass, and nothing else. */
function stopped(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error
  }
}

/** What a port amounts to: what answers there, or why nothing does. */
type PortAnswer = {readonly port: AskedPort} & (
  | {readonly state: 'open'; readonly print: Fingerprint | undefined}
  | {readonly state: 'refused' | 'silent'}
  | {readonly state: 'unasked'; readonly code: string}
)

interface AskingPort {
  readonly knocks: Knocks
  readonly inTurn: ReturnType<typeof limiter>
  readonly options: SweepOptions
  readonly signal: AbortSignal
  readonly sightings: Sightings
}

async function askPort(address: string, port: AskedPort, asking: AskingPort): Promise<PortAnswer> {
  const {knocks, inTurn, options, signal, sightings} = asking
  const knock = await knocks.knock(address, port.port)
  if (knock.state !== 'open') return {port, ...knock}
  const {socket} = knock
  socket.on('error', () => {})
  // A device that has told of itself by datagram is known better than this would know it.
  if (sightings.knows(deviceServiceAt(address, port))) {
    socket.destroy()
    return {port, state: 'open', print: undefined}
  }
  const print = await inTurn(() => fingerprint(address, port, socket, {...options, signal}))
  return {port, state: 'open', print}
}

/** All ports of one address have answered: what it is. */
function conclude(address: string, answers: readonly PortAnswer[], parts: SweepParts): void {
  const {sightings, tell, counts, held, signal} = parts
  count(counts, answers)
  const open = answers.filter((answer) => answer.state === 'open')
  if (open.length === 0) return
  const ports = open.map(({port}) => `${port.scheme}:${port.port}`)
  const known = open.some(({print}) => print === undefined) || held.has(address)
  const cameras = open.filter(({print}) => print?.kind === 'onvif')
  for (const {port, print} of cameras) {
    const found = foundAt(address, port, print as Fingerprint, ports)
    const both = joined(held, found)
    if (both) sightings.addAddress(both)
    if (both ?? sightings.add(found)) tell([both ?? found])
  }
  if (known || cameras.length > 0 || sightings.hasAnswered(address) || signal.aborted) return
  const [best] = open.toSorted((a, b) => rankOf(a.print) - rankOf(b.print))
  if (best?.print) tell([foundAt(address, best.port, best.print, ports)])
}

const RANKS = ['onvif', 'soap', 'login', 'http', 'rtsp', 'open']

function rankOf(print: Fingerprint | undefined): number {
  return RANKS.indexOf(print?.kind ?? 'open')
}

function count(counts: SweepCounts, answers: readonly PortAnswer[]): void {
  const unasked = answers.find((answer) => answer.state === 'unasked')
  const has = (state: PortAnswer['state']) => answers.some((answer) => answer.state === state)
  if (unasked) {
    if (unasked.code !== 'stopped') counts.failed[unasked.code] = (counts.failed[unasked.code] ?? 0) + 1
  } else counts.asked += 1
  if (has('open')) counts.open += 1
  else if (has('refused')) counts.refused += 1
  else if (!unasked) counts.silent += 1
}

function foundAt(address: string, port: AskedPort, print: Fingerprint, ports: readonly string[]): Found {
  const xaddr = deviceServiceAt(address, port)
  const {kind, detail, clockOffsetMs} = print
  return {
    key: safeText(kind === 'onvif' ? xaddr : `${port.scheme}://${new URL(xaddr).host}`),
    kind,
    heard: 'tcp',
    xaddrs: kind === 'onvif' ? [xaddr] : [],
    scopes: [],
    interface: 'unicast',
    address,
    ports,
    ...(detail === undefined ? {} : {detail}),
    ...(clockOffsetMs === undefined ? {} : {clockOffsetMs}),
  }
}

/** A camera behind address translation told its inner address by datagram and has now answered at the outer one. */
function joined(held: Map<string, Found[]>, found: Found): Found | undefined {
  const [told, ...others] = held.get(found.address) ?? []
  if (!told || others.length > 0) return undefined
  held.delete(found.address)
  const {name, hardware, key, scopes, xaddrs} = told
  const inner = xaddrs.filter((xaddr) => !isOn(xaddr, found.address))
  return {
    ...found,
    key,
    scopes,
    ...(name ? {name} : {}),
    ...(hardware ? {hardware} : {}),
    xaddrs: [...found.xaddrs, ...inner],
    reach: {kind: 'translated', told: inner},
  }
}
