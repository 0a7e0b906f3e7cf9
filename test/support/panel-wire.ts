/** A panel's wire for tests: writes bytes as told and reads the answers, without any code of ours that understands them. */
import {createSocket} from 'node:dgram'
import {once} from 'node:events'
import {connect} from 'node:net'
import {onTestFinished} from 'vitest'

export interface PanelWire {
  send(bytes: Uint8Array | string): void
  /** The next answer, from LF to CR; undefined when the connection ended first. */
  answer(): Promise<string | undefined>
  /** Ends the sending side only. */
  end(): void
  destroy(): void
}

/** A TCP connection to the receiver. */
export async function tcpWire(port: number): Promise<PanelWire> {
  const socket = connect({host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true})
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  socket.on('error', () => {})
  const answers = frames(socket)
  return {
    send: (bytes) => void socket.write(bytes),
    answer: async () => (await answers.next()).value ?? undefined,
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  }
}

async function* frames(chunks: AsyncIterable<Buffer>): AsyncGenerator<string, undefined> {
  let text = ''
  try {
    for await (const chunk of chunks) {
      text += chunk.toString('latin1')
      for (let at = text.indexOf('\r'); at >= 0; at = text.indexOf('\r')) {
        yield text.slice(0, at + 1)
        text = text.slice(at + 1)
      }
    }
  } catch {
    // Reset by the receiver: an end like any other.
  }
  return undefined
}

export interface UdpWire {
  send(bytes: Uint8Array | string): void
  /** The next datagram. */
  answer(): Promise<string>
}

export async function udpWire(port: number): Promise<UdpWire> {
  const socket = createSocket('udp4')
  onTestFinished(() => void socket.close())
  const waiting: ((text: string) => void)[] = []
  const come: string[] = []
  socket.on('message', (bytes) => {
    const reader = waiting.shift()
    if (reader) reader(bytes.toString('latin1'))
    else come.push(bytes.toString('latin1'))
  })
  await new Promise<void>((connected) => socket.connect(port, '127.0.0.1', () => connected()))
  return {
    send: (bytes) => socket.send(bytes),
    answer: () => {
      const first = come.shift()
      return first === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(first)
    },
  }
}
