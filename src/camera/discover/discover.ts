/** Finds cameras by WS-Discovery: multicast on every interface, or one question to each address of a range. */
import {randomUUID} from 'node:crypto'
import {createSocket, type Socket} from 'node:dgram'
import type {Clock} from '../../lib/clock.ts'
import {CitywatchError} from '../../lib/errors.ts'
import {DISCOVERY_GROUP, DISCOVERY_PORT, type ProbeType, writeProbe} from '../../protocol/wsdiscovery/message.ts'
import {type Found, Sightings} from './found.ts'
import {type LocalInterface, localInterfaces} from './interfaces.ts'
import {Queue} from './queue.ts'
import {expandAddresses} from './targets.ts'

export interface DiscoverOptions {
  /** Names or addresses of interfaces; none: every one that is up. Not used when `addresses` are given. */
  readonly interfaces: readonly string[]
  /** Addresses, networks and ranges to ask one by one, for what multicast does not reach. */
  readonly addresses: readonly string[]
  /** How long to listen after the last question, ms. */
  readonly timeoutMs: number
  /** UDP port of the devices. */
  readonly port?: number
  readonly clock: Clock
  readonly signal?: AbortSignal
  /** Told of an interface that could not be used. */
  readonly note: (text: string) => void
}

/** Some devices know only one type, some answer only a question without any; each is asked twice, since UDP loses. */
const PROBE_TYPES: readonly ProbeType[] = ['NetworkVideoTransmitter', 'Device', null]
const REPEATS = 2
const REPEAT_AFTER_MS = 300
/** At most 1,000 questions a second. */
const BURST = 50
const BURST_MS = 50
const MULTICAST_TTL = 4
/** A city answers all at once; the system may grant less. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024

/** Each device once, as soon as it answers. Throws CW_BAD_VALUE, CW_BAD_ADDRESS, and CW_IO when no interface can be used. */
export async function* discover(options: DiscoverOptions): AsyncGenerator<Found> {
  const asked = new Set<string>()
  const sightings = new Sightings(asked)
  const queue = new Queue<Found>()
  const addresses = expandAddresses(options.addresses)
  const targets = addresses.length > 0 ? [{name: 'unicast', address: '0.0.0.0'}] : localInterfaces(options.interfaces)
  const sockets = await openSockets(targets, options, (datagram, from) => queue.push(sightings.take(datagram, from)))
  const stop = new AbortController()
  const end = () => stop.abort()
  options.signal?.addEventListener('abort', end, {once: true})
  if (options.signal?.aborted) end()
  const probe = (type: ProbeType) => {
    const id = `urn:uuid:${randomUUID()}`
    asked.add(id)
    return writeProbe(id, type)
  }
  void askAll({sockets, addresses, probe, options, signal: stop.signal}).then(
    () => queue.end(),
    (error: unknown) => (stop.signal.aborted ? queue.end() : queue.fail(error)),
  )
  try {
    yield* queue
  } finally {
    end()
    options.signal?.removeEventListener('abort', end)
    for (const socket of sockets) socket.close()
  }
}

interface Asking {
  readonly sockets: readonly Socket[]
  readonly addresses: readonly string[]
  readonly probe: (type: ProbeType) => string
  readonly options: DiscoverOptions
  readonly signal: AbortSignal
}

async function askAll({sockets, addresses, probe, options, signal}: Asking): Promise<void> {
  const {clock, timeoutMs, port = DISCOVERY_PORT} = options
  const ask = (text: string, host: string) => {
    for (const socket of sockets) socket.send(text, port, host, () => {})
  }
  for (const {type, hosts, pauseMs} of questions(addresses)) {
    const text = probe(type)
    for (const host of hosts) ask(text, host)
    await clock.sleep(pauseMs, signal)
  }
  await clock.sleep(timeoutMs, signal)
}

/** What to ask whom, and how long to wait before the next question. */
function* questions(addresses: readonly string[]) {
  const unicast = addresses.length > 0
  const types: readonly ProbeType[] = unicast ? ['NetworkVideoTransmitter', null] : PROBE_TYPES
  const all = unicast ? addresses : [DISCOVERY_GROUP]
  for (let round = 0; round < REPEATS; round++) {
    if (round > 0) yield {type: null, hosts: [], pauseMs: REPEAT_AFTER_MS}
    for (let at = 0; at < all.length; at += BURST) {
      const hosts = all.slice(at, at + BURST)
      for (const type of types) yield {type, hosts, pauseMs: BURST_MS}
    }
  }
}

type Receive = (datagram: Buffer, from: {readonly interface: string; readonly address: string}) => void

async function openSockets(
  interfaces: readonly LocalInterface[],
  {note}: DiscoverOptions,
  receive: Receive,
): Promise<Socket[]> {
  const outcomes = await Promise.allSettled(interfaces.map((local) => openSocket(local, receive)))
  const failed = outcomes.flatMap((outcome, index) => {
    if (outcome.status === 'fulfilled') return []
    const {code = 'unusable'} = outcome.reason as NodeJS.ErrnoException
    return [`${interfaces[index]?.name} (${interfaces[index]?.address}): ${code}`]
  })
  const sockets = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  if (sockets.length === 0)
    throw new CitywatchError('CW_IO', {path: 'the network', detail: failed.join(', ') || 'no interface is up'})
  for (const text of failed) note(`cannot ask on ${text}`)
  return sockets
}

function openSocket({name, address}: LocalInterface, receive: Receive): Promise<Socket> {
  const socket = createSocket({type: 'udp4', recvBufferSize: RECEIVE_BUFFER_BYTES})
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close()
      reject(error)
    })
    socket.bind({address, port: 0}, () => {
      try {
        if (address !== '0.0.0.0') socket.setMulticastInterface(address)
        socket.setMulticastTTL(MULTICAST_TTL)
      } catch (error) {
        return void socket.emit('error', error)
      }
      socket.removeAllListeners('error')
      socket.on('error', () => {})
      socket.on('message', (datagram, from) => receive(datagram, {interface: name, address: from.address}))
      resolve(socket)
    })
  })
}
