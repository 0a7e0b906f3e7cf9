/** The ports that a camera should not have, and do not belong to its trade: telnet and UPnP discovery. */
import {listenUdp} from '../../net/udp.ts'
import type {SimCamera} from './camera.ts'
import {type Listeners, listenEach} from './listen-each.ts'

/** WILL ECHO, WILL SUPPRESS-GO-AHEAD (RFC 857, RFC 858), then the prompt. */
const GREETING = Buffer.concat([Buffer.from([0xff, 0xfb, 1, 0xff, 0xfb, 3]), Buffer.from('\r\n(none) login: ')])
const MAX_CONNECTIONS = 4
const ANSWER =
  'HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\nST: upnp:rootdevice\r\nUSN: uuid:sim::upnp:rootdevice\r\nSERVER: Linux UPnP/1.0 citywatch-sim\r\n\r\n'

/** All of them listen, or none. Throws CW_PORT_IN_USE or CW_IO. */
export async function listenWeakServices(cameras: readonly SimCamera[]): Promise<Listeners> {
  const telnet = await listenEach(
    cameras.filter((camera) => camera.isWeak('telnet-open')),
    {
      port: 'telnetPort',
      maxConnections: MAX_CONNECTIONS,
      listens: () => true,
      serve: () => (socket) => void socket.resume().write(GREETING),
    },
  )
  const parts: {close(): Promise<void>}[] = [telnet]
  const close = async () => void (await Promise.all(parts.map((part) => part.close())))
  try {
    for (const camera of cameras.filter((one) => one.isWeak('upnp-open'))) parts.push(await answerUpnp(camera))
  } catch (error) {
    await close()
    throw error
  }
  return {close}
}

async function answerUpnp(camera: SimCamera): Promise<{close(): Promise<void>}> {
  const port = await listenUdp({host: camera.spec.address, port: camera.upnpPort}, (bytes, from) => {
    if (Buffer.from(bytes).toString('latin1').startsWith('M-SEARCH')) void port.send(Buffer.from(ANSWER), from)
  })
  camera.upnpPort = port.port
  return port
}
