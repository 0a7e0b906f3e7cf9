/** One TCP connection to a simulated camera: bytes to requests, responses to bytes, and the sicknesses of the wire. */
import type {Socket} from 'node:net'
import {isCitywatchError} from '../../../lib/errors.ts'
import {decode, encode, type RtspMessage} from '../../../protocol/rtsp/message.ts'
import {type CameraSide, Conversation, SESSION_TIMEOUT_S} from './conversation.ts'

/** Bytes waiting in a connection above which packets are left out, and above which the client is given up. */
const CONGESTED_BYTES = 512 * 1024
const GIVE_UP_BYTES = 4 * 1024 * 1024
const DRIP_MS = 300
const BAD_REQUEST = Buffer.from('RTSP/1.0 400 Bad Request\r\n\r\n')

/** Returns when the client has left, has sent what is no RTSP, or was silent for too long. Never throws. */
export async function serveConnection(side: CameraSide, socket: Socket): Promise<void> {
  const {camera} = side
  const conversation = new Conversation(side, {
    localAddress: socket.localAddress ?? camera.spec.address,
    remoteAddress: socket.remoteAddress ?? '',
    send: (bytes) => void socket.write(bytes),
    isCongested: () => socket.writableLength > CONGESTED_BYTES,
    heard: () => {},
  })
  socket.setTimeout(SESSION_TIMEOUT_S * 1_000, () => socket.destroy())
  const reply = camera.has('slow-drip') ? drip(side, socket) : async (bytes: Uint8Array) => void socket.write(bytes)
  try {
    for await (const message of messages(socket)) {
      if (camera.has('silent')) continue
      if (message.kind === 'request') await reply(encode(await conversation.answer(message)))
      else conversation.heard()
      if (socket.writableLength > GIVE_UP_BYTES) return
    }
  } catch (error) {
    if (isCitywatchError(error, 'CW_PROTOCOL_REMOTE') && !camera.has('silent')) socket.write(BAD_REQUEST)
  } finally {
    conversation.close()
  }
}

async function* messages(socket: Socket): AsyncGenerator<RtspMessage> {
  let pending: Uint8Array = new Uint8Array()
  for await (const chunk of socket.iterator({destroyOnReturn: false}) as AsyncIterable<Uint8Array>) {
    pending = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk
    for (let next = decode(pending); next; next = decode(pending)) {
      pending = next.rest
      yield next.message
    }
  }
}

/** One byte every 300 ms: alive for every timer that only waits for something to come. */
function drip({camera}: CameraSide, socket: Socket): (bytes: Uint8Array) => Promise<void> {
  return async (bytes) => {
    for (const byte of bytes) {
      if (!socket.writable) return
      socket.write(Buffer.of(byte))
      await camera.clock.sleep(DRIP_MS)
    }
  }
}
