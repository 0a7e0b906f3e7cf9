/** Where a playing camera's packets go: into the RTSP connection, or out of two UDP ports. */
import {createSocket, type Socket as UdpSocket} from 'node:dgram'
import {encode} from '../../../protocol/rtsp/message.ts'
import type {Transport} from '../../../protocol/rtsp/transport.ts'

export interface Outlet {
  /** What SETUP answers. */
  readonly transport: Transport
  rtp(packet: Uint8Array): void
  rtcp(packet: Uint8Array): void
  close(): void
}

export interface Wire {
  readonly localAddress: string
  readonly remoteAddress: string
  send(bytes: Uint8Array): void
  /** True while the client reads too slowly: packets are left out then, as a real camera would. */
  isCongested(): boolean
  /** Something came from the client outside the RTSP connection. */
  heard(): void
}

const PAIR_ATTEMPTS = 16

/** Null when the asked transport cannot be served. Throws what binding a UDP port throws. */
export async function openOutlet(
  {kind, interleaved = [0, 1], clientPort}: Transport,
  wire: Wire,
): Promise<Outlet | null> {
  if (kind === 'tcp') return interleavedOutlet(interleaved, wire)
  return clientPort ? udpOutlet(clientPort, wire) : null
}

function interleavedOutlet(interleaved: readonly [number, number], wire: Wire): Outlet {
  const sendOn = (channel: number) => (payload: Uint8Array) => {
    if (!wire.isCongested()) wire.send(encode({kind: 'data', channel, payload}))
  }
  return {
    transport: {kind: 'tcp', interleaved},
    rtp: sendOn(interleaved[0]),
    rtcp: sendOn(interleaved[1]),
    close: () => {},
  }
}

/** Packets go to the address that the RTSP connection came from and to no other. */
async function udpOutlet(
  clientPort: readonly [number, number],
  {localAddress, remoteAddress, heard}: Wire,
): Promise<Outlet> {
  const [rtp, rtcp] = await bindPair(localAddress)
  // A client that is gone answers with ICMP; the RTSP connection tells us soon enough.
  for (const socket of [rtp, rtcp])
    socket.on('error', () => {}).on('message', (_, {address}) => address === remoteAddress && heard())
  return {
    transport: {kind: 'udp', clientPort, serverPort: [rtp.address().port, rtcp.address().port]},
    rtp: (packet) => rtp.send(packet, clientPort[0], remoteAddress),
    rtcp: (packet) => rtcp.send(packet, clientPort[1], remoteAddress),
    close() {
      rtp.close()
      rtcp.close()
    },
  }
}

/** An even port and the odd one after it, as RTP wants (RFC 3550 §11). */
async function bindPair(address: string): Promise<[UdpSocket, UdpSocket]> {
  for (let attempt = 1; ; attempt++) {
    const first = await bind(address, 0)
    const {port} = first.address()
    try {
      if (port % 2 === 0) return [first, await bind(address, port + 1)]
    } catch (error) {
      if (attempt >= PAIR_ATTEMPTS) throw error
    }
    // Whatever the parity, the last attempt is good enough: players take any two ports.
    if (attempt >= PAIR_ATTEMPTS) return [first, await bind(address, 0)]
    first.close()
  }
}

function bind(address: string, port: number): Promise<UdpSocket> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close()
      reject(error)
    })
    socket.bind(port, address, () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
  })
}
