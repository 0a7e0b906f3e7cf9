/** A bare RTSP client for tests of the camera's side: sends what it is told and hands over what comes, in order. */
import {connect} from 'node:net'
import {decode, encode, type Header, type RtspMessage, type RtspResponse} from '../../src/protocol/rtsp/message.ts'

export interface RtspCaller {
  /** Sends a request with the next CSeq and waits for its response; packets in between are kept in `packets`. */
  ask(method: string, uri: string, headers?: readonly Header[]): Promise<RtspResponse>
  /** Raw bytes, as a hostile client sends them. */
  send(bytes: string | Uint8Array): void
  /** The next message; null when the camera has closed the connection. */
  next(): Promise<RtspMessage | null>
  close(): void
}

export async function callRtsp(port: number, host = '127.0.0.1'): Promise<RtspCaller> {
  const socket = connect({host, port})
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  // A camera that closes in the middle of a write resets the connection: for the caller that is an end like any other.
  socket.on('error', () => socket.destroy())
  const messages = messagesOf(socket)
  let cseq = 0
  const next = async () => (await messages.next()).value ?? null
  return {
    async ask(method, uri, headers = []) {
      cseq += 1
      socket.write(
        encode({kind: 'request', method, uri, headers: [['CSeq', String(cseq)], ...headers], body: Buffer.alloc(0)}),
      )
      for (let message = await next(); message; message = await next()) if (message.kind === 'response') return message
      throw new Error(`the camera closed the connection instead of answering ${method}`)
    },
    send: (bytes) => void socket.write(bytes),
    next,
    close: () => void socket.destroy(),
  }
}

async function* messagesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<RtspMessage, undefined> {
  let pending: Uint8Array = new Uint8Array()
  try {
    for await (const chunk of chunks) {
      pending = Buffer.concat([pending, chunk])
      for (let next = decode(pending); next; next = decode(pending)) {
        pending = next.rest
        yield next.message
      }
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  }
  return undefined
}
