/** WS-Discovery of simulated cameras: each answers on its own address, and one listener answers multicast for all. */

import {randomUUID} from 'node:crypto'
import {createSocket, type Socket} from 'node:dgram'
import {networkInterfaces} from 'node:os'
import {setTimeout as delay} from 'node:timers/promises'
import {bindError} from '../../net/listen.ts'
import {
  DISCOVERY_GROUP,
  DISCOVERY_GROUP_IPV6,
  DISCOVERY_PORT,
  type DiscoveryMessage,
  type Match,
  readDiscovery,
  writeMatches,
} from '../../protocol/wsdiscovery/message.ts'
import type {SimCamera} from './camera.ts'
import {answersTypes, JUNK, matchesWith} from './discovery-faults.ts'
import {eprOf, scopeItems, xaddrOf} from './onvif/device.ts'

export interface DiscoveryListeners {
  /** What could not be done, for a person: `port in use: 239.255.255.250:3702`. Empty when all is well. */
  readonly notes: readonly string[]
  close(): Promise<void>
}

export interface DiscoveryOptions {
  /** 3702 unless told otherwise. */
  readonly port?: number
  /** Also answer multicast, IPv4 and IPv6, on the loopback interface only. */
  readonly multicast: boolean
  /** Answer IPv6 multicast on these interfaces as well, by name: where the system has none on loopback. */
  readonly ipv6Interfaces?: readonly string[]
}

const LOOPBACK = '127.0.0.1'
const TYPES = ['NetworkVideoTransmitter', 'Device']
/** Cameras that answer a multicast probe at once, and the pause before the next ones: real ones spread their answers too. */
const BATCH = 25
const BATCH_PAUSE_MS = 10
/** Probes that wait for their answers; more are not answered. */
const MAX_WAITING = 16

/** Never throws for a port that is taken: a city without discovery is still a city. */
export async function listenDiscovery(
  cameras: readonly SimCamera[],
  {port = DISCOVERY_PORT, multicast, ipv6Interfaces = []}: DiscoveryOptions,
): Promise<DiscoveryListeners> {
  const sockets = new Map<string, Socket>()
  const notes: string[] = []
  const open = async (
    address: string,
    answer: (socket: Socket, datagram: Buffer, to: Peer) => void,
    membership?: Membership,
  ) => {
    try {
      const socket = await bound(address, port, membership)
      socket.on('message', (datagram, to) => answer(socket, datagram, to))
      sockets.set(address, socket)
    } catch (error) {
      notes.push(String((error as Error).message))
    }
  }
  const living = cameras.filter((camera) => !camera.has('dead') && !camera.has('refused'))
  const byAddress = Map.groupBy(living, ({spec}) => spec.address)
  await Promise.all(
    [...byAddress].map(([address, here]) =>
      open(address, (socket, datagram, to) => {
        for (const reply of repliesTo(datagram, here)) send(socket, reply, to)
      }),
    ),
  )
  if (multicast) {
    const answerAll = inTurn((_, datagram, to) => answerMulticast(datagram, to, living, ownSocket(sockets)))
    const group = DISCOVERY_GROUP
    await open(process.platform === 'win32' ? '0.0.0.0' : group, answerAll, {group, on: LOOPBACK})
  }
  for (const zone of [...(multicast ? loopbackZones() : []), ...ipv6Interfaces]) {
    const answerAll = inTurn((socket, datagram, to) => answerMulticast(datagram, to, living, () => socket))
    const group = DISCOVERY_GROUP_IPV6
    // Bound to the group, so that nothing else reaches it; Windows cannot.
    await open(process.platform === 'win32' ? '::' : `${group}%${zone}`, answerAll, {group, on: `::%${zone}`})
  }
  return {notes, close: async () => void (await Promise.all([...sockets.values()].map(closed)))}
}

interface Peer {
  readonly address: string
  readonly port: number
}

/** One probe after the other, so that a city's answers do not drown whoever asks. */
function inTurn(answer: (socket: Socket, datagram: Buffer, to: Peer) => Promise<void>) {
  let last: Promise<void> = Promise.resolve()
  let waiting = 0
  return (socket: Socket, datagram: Buffer, to: Peer) => {
    if (waiting >= MAX_WAITING) return
    waiting += 1
    last = last
      .then(() => answer(socket, datagram, to))
      .finally(() => {
        waiting -= 1
      })
  }
}

/** Where IPv6 is on the loopback interface: how it is named behind `%`. */
function loopbackZones(): string[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.flatMap((info) => {
      if (!info.internal || info.family !== 'IPv6') return []
      return process.platform === 'win32' ? [String(info.scopeid)] : [name]
    }),
  )
}

/** Over IPv4 a camera answers from its own address, where it has a socket there. */
function ownSocket(sockets: ReadonlyMap<string, Socket>) {
  return ({spec}: SimCamera) => sockets.get(spec.address)
}

/** Each camera answers for itself. */
async function answerMulticast(
  datagram: Buffer,
  to: Peer,
  cameras: readonly SimCamera[],
  socketOf: (camera: SimCamera) => Socket | undefined,
): Promise<void> {
  for (let at = 0; at < cameras.length; at += BATCH) {
    for (const camera of cameras.slice(at, at + BATCH)) {
      const socket = socketOf(camera)
      for (const reply of repliesTo(datagram, [camera])) if (socket) send(socket, reply, to)
    }
    if (at + BATCH < cameras.length) await delay(BATCH_PAUSE_MS, undefined, {ref: false})
  }
}

function repliesTo(datagram: Buffer, cameras: readonly SimCamera[]): string[] {
  const probe = probeOf(datagram)
  if (!probe?.types.every((type) => TYPES.includes(type))) return []
  return cameras.flatMap((camera) => {
    const {discoveryFault: fault} = camera.spec
    if (!answersTypes(fault, probe.types)) return []
    const answer = (relatesTo: string) =>
      writeMatches(`urn:uuid:${randomUUID()}`, relatesTo, matchesWith(fault, matchOf(camera)))
    const own = answer(probe.messageId)
    if (fault === 'junk') return [JUNK, own]
    if (fault === 'wrong-relation') return [answer(`urn:uuid:${randomUUID()}`), own]
    return fault === 'repeats' ? [own, own, own] : [own]
  })
}

function probeOf(datagram: Buffer): Extract<DiscoveryMessage, {kind: 'probe'}> | undefined {
  try {
    const message = readDiscovery(datagram)
    return message.kind === 'probe' ? message : undefined
  } catch {
    return undefined
  }
}

function matchOf(camera: SimCamera): Match {
  return {
    epr: eprOf(camera),
    types: TYPES,
    scopes: scopeItems(camera).map(({uri}) => uri),
    xaddrs: [xaddrOf(camera, 'device')],
  }
}

interface Membership {
  readonly group: string
  /** Of the interface: its address, or `::%zone`. */
  readonly on: string
}

function bound(address: string, port: number, membership: Membership | undefined): Promise<Socket> {
  const type = address.includes(':') ? 'udp6' : 'udp4'
  const socket = createSocket({type, reuseAddr: membership !== undefined, ipv6Only: type === 'udp6'})
  return new Promise((resolve, reject) => {
    socket.once('error', (cause: NodeJS.ErrnoException) => {
      socket.close()
      reject(bindError(cause, address, port))
    })
    socket.bind({address, port}, () => {
      try {
        if (membership) socket.addMembership(membership.group, membership.on)
      } catch (cause) {
        return void socket.emit('error', cause)
      }
      socket.removeAllListeners('error')
      socket.on('error', () => {})
      resolve(socket)
    })
  })
}

/** A camera that was switched off while its answer waited says nothing. */
function send(socket: Socket, text: string, {address, port}: Peer): void {
  try {
    socket.send(text, port, address, () => {})
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SOCKET_DGRAM_NOT_RUNNING') throw error
  }
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()))
}
