/** One UDP socket an interface: what it sent, what it heard, and why it could not. */
import {createSocket, type Socket} from 'node:dgram'
import {CitywatchError} from '../../lib/errors.ts'
import {DISCOVERY_GROUP, DISCOVERY_GROUP_IPV6} from '../../protocol/wsdiscovery/message.ts'
import type {Origin} from './found.ts'
import type {LocalInterface} from './interfaces.ts'

/** How an interface did. */
export interface InterfaceResult {
  readonly name: string
  readonly address: string
  /** Datagrams that went out, and those that the system refused to send. */
  sent: number
  unsent: number
  /** Datagrams that came in; of them those that were no answer to what was asked. */
  heard: number
  ignored: number
  /** Devices that were heard here first. */
  devices: number
  /** The system's code for why it could not be used, or not for everything. */
  failed?: string
}

/** What was made of a datagram. */
export interface Received {
  readonly devices: number
  readonly understood: boolean
}

export interface Ear {
  readonly result: InterfaceResult
  /** Datagrams that the system has not taken yet. */
  readonly pending: number
  /** Asks one address; without one, the multicast group. Never throws. */
  send(text: string, address?: string): void
  close(): void
}

const HOPS = 4
/** A city answers all at once; the system may grant less. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024
const SEND_BUFFER_BYTES = 1024 * 1024
/** Where a socket is bound, and how the system names its interface. */
export type Place = Pick<LocalInterface, 'name' | 'address' | 'family' | 'zone'>

export function resultOf({name, address}: Place): InterfaceResult {
  return {name, address, sent: 0, unsent: 0, heard: 0, ignored: 0, devices: 0}
}

/** One for each place that can be used; the others are told among `results`. Throws CW_IO when none can. */
export async function openEars(
  places: readonly Place[],
  port: number,
  receive: (datagram: Buffer, from: Origin) => Received,
): Promise<{readonly ears: readonly Ear[]; readonly results: readonly InterfaceResult[]}> {
  const opened = await Promise.all(
    places.map(async (place) => {
      const result = resultOf(place)
      try {
        return {result, ear: await openEar(place, port, result, receive)}
      } catch (error) {
        result.failed = codeOf(error)
        return {result}
      }
    }),
  )
  const ears = opened.flatMap(({ear}) => ear ?? [])
  const results = opened.map(({result}) => result)
  if (ears.length > 0) return {ears, results}
  const failed = results.map((result) => `${result.name} (${result.address}): ${result.failed}`)
  throw new CitywatchError('CW_IO', {path: 'the network', detail: failed.join(', ') || 'no interface is up'})
}

/** Throws what the system says. */
export async function openEar(
  place: Place,
  port: number,
  result: InterfaceResult,
  receive: (datagram: Buffer, from: Origin) => Received,
): Promise<Ear> {
  const socket = await bound(place)
  socket.on('error', () => {})
  socket.on('message', (datagram, {address}) => {
    result.heard += 1
    const {devices, understood} = receive(datagram, {interface: place.name, address})
    result.devices += devices
    if (!understood) result.ignored += 1
  })
  const group = place.family === 'IPv4' ? DISCOVERY_GROUP : `${DISCOVERY_GROUP_IPV6}%${place.zone}`
  let pending = 0
  return {
    result,
    get pending() {
      return pending
    },
    send(text, address = group) {
      pending += 1
      socket.send(text, port, address, (error) => {
        pending -= 1
        if (error) {
          result.unsent += 1
          result.failed = codeOf(error)
        } else result.sent += 1
      })
    },
    close: () => socket.close(),
  }
}

function bound({address, family, zone}: Place): Promise<Socket> {
  const isLinkLocal = /^fe[89ab]/i.test(address)
  const socket = createSocket({
    type: family === 'IPv4' ? 'udp4' : 'udp6',
    ipv6Only: family === 'IPv6',
    recvBufferSize: RECEIVE_BUFFER_BYTES,
    sendBufferSize: SEND_BUFFER_BYTES,
  })
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close()
      reject(error)
    })
    socket.bind({address: isLinkLocal ? `${address}%${zone}` : address, port: 0}, () => {
      try {
        if (zone !== '') socket.setMulticastInterface(family === 'IPv4' ? address : `::%${zone}`)
        socket.setMulticastTTL(HOPS)
      } catch (error) {
        return void socket.emit('error', error)
      }
      socket.removeAllListeners('error')
      resolve(socket)
    })
  })
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unusable'
}
