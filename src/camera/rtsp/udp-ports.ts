/** Two UDP ports of ours, for a camera's RTP and RTCP. */
import {createSocket, type Socket} from 'node:dgram'

export interface UdpPorts {
  readonly ports: readonly [number, number]
  /** Hands over what comes from the camera's address, and whether it came on the RTCP port; everything else is dropped. */
  onPacket(take: (bytes: Uint8Array, rtcp: boolean) => void): void
  close(): void
}

const PAIR_ATTEMPTS = 16

/** An even port and the one after it, as RTP wants (RFC 3550 §11). Throws what binding throws. */
export async function openUdpPorts(camera: string): Promise<UdpPorts> {
  const kind = camera.includes(':') ? 'udp6' : 'udp4'
  for (let attempt = 1; ; attempt++) {
    const rtp = await bind(kind, 0)
    const {port} = rtp.address()
    const rtcp = port % 2 === 0 ? await bind(kind, port + 1).catch(() => null) : null
    if (rtcp) return pairOf(rtp, rtcp, camera)
    if (attempt >= PAIR_ATTEMPTS) return pairOf(rtp, await bind(kind, 0), camera)
    rtp.close()
  }
}

function pairOf(rtp: Socket, rtcp: Socket, camera: string): UdpPorts {
  // An ICMP answer is no reason to stop listening: the deadline decides.
  for (const socket of [rtp, rtcp]) socket.on('error', () => {})
  return {
    ports: [rtp.address().port, rtcp.address().port],
    onPacket(take) {
      rtp.on('message', (bytes, {address}) => address === camera && take(bytes, false))
      rtcp.on('message', (bytes, {address}) => address === camera && take(bytes, true))
    },
    close() {
      rtp.close()
      rtcp.close()
    },
  }
}

function bind(kind: 'udp4' | 'udp6', port: number): Promise<Socket> {
  const socket = createSocket(kind)
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close()
      reject(error)
    })
    socket.bind(port, () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
  })
}
