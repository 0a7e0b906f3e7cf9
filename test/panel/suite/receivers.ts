/** Receivers for the suite to find fault with: ours, whose answers a test may spoil in one way. */
import {once} from 'node:events'
import {createServer, type Socket} from 'node:net'
import {Reception} from '../../../src/panel/reception.ts'
import {open, seal} from '../../../src/protocol/dc09/cipher.ts'
import {encodeFrame, readFrame} from '../../../src/protocol/dc09/frame.ts'
import {AccountKey} from '../../../src/protocol/dc09/key.ts'
import {PieceBuffer} from '../../../src/protocol/dc09/pieces.ts'
import {patientClock} from '../../support/clock.ts'
import {frameOf, stamp} from '../../support/dc09.ts'

/** One time for the suite and the receivers it asks. */
export const clock = patientClock()

export interface Asked {
  /** From LF to CR, one character a byte. */
  readonly text: string
  /** Four digits or letters; '' when there are none. */
  readonly seq: string
  readonly account: string
  /** What our receiver would answer; undefined for silence. */
  readonly answer: string | undefined
}

/** What is written instead, one entry a write; 'close' ends the connection. */
export type Spoil = (asked: Asked) => readonly (string | 'close')[]

/** Tests that run side by side say themselves what to do at their end. */
export interface Ending {
  onTestFinished(done: () => Promise<void> | void): void
}

/** Port of a TCP receiver that knows account 1234 only, and C0DE with its key. `ownClock` is what it goes by. */
export async function receiverThat(spoil: Spoil, ending: Ending, ownClock = clock, keys = keysOfC0DE): Promise<number> {
  const reception = ours(ownClock, keys)
  return listenerThat((socket) => serve(socket, reception, spoil), ending)
}

/** The 128-bit key of account C0DE, as hex. */
export const KEY_TEXT = '00112233445566778899AABBCCDDEEFF'
export const key = new AccountKey(Buffer.from(KEY_TEXT, 'hex'))
/** The same text as a 256-bit key. */
export const otherKey = new AccountKey(Buffer.from(KEY_TEXT))
type Keys = (account: string) => AccountKey | undefined
const keysOfC0DE: Keys = (account) => (account === 'C0DE' ? key : undefined)
export const knows = (account: string) => account === '1234' || account === 'C0DE'

/** What our receiver makes of each piece; it knows accounts 1234 and C0DE only. */
export const ours = (ownClock = clock, keys = keysOfC0DE) =>
  new Reception({clock: ownClock, knows, keys, accept: async () => 'stored'})

/** Port of a TCP server that does with each connection as it is told. */
export async function listenerThat(talk: (socket: Socket) => Promise<void>, ending: Ending): Promise<number> {
  const open = new Set<Socket>()
  const server = createServer({noDelay: true}, (socket) => {
    open.add(socket)
    socket.on('error', () => socket.destroy())
    void talk(socket).catch(() => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  ending.onTestFinished(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

async function serve(socket: Socket, reception: Reception, spoil: Spoil): Promise<void> {
  const buffer = new PieceBuffer()
  for await (const bytes of socket as AsyncIterable<Buffer>) {
    for (const piece of buffer.push(bytes)) {
      const answer = await reception.answer(piece, 'test')
      const text = Buffer.from(piece.bytes).toString('latin1')
      const asked = {text, ...namesIn(text), answer: answer ? Buffer.from(answer).toString('latin1') : undefined}
      for (const part of spoil(asked)) await write(socket, part)
    }
  }
}

async function write(socket: Socket, part: string): Promise<void> {
  if (part === 'close') socket.end()
  else if (socket.writable) await new Promise<void>((sent) => socket.write(part, 'latin1', () => sent()))
}

function namesIn(text: string) {
  return {seq: /"(\w{4})[RL#]/.exec(text)?.[1] ?? '', account: /#(\w+)\[/.exec(text)?.[1] ?? ''}
}

/** As our receiver answers. */
export const asIs = ({answer}: Asked): string[] => (answer === undefined ? [] : [answer])

/** An encrypted acknowledgement. */
export const sealedAck = ({seq, account}: Asked, own = key, data = ''): string => {
  const header = {
    token: 'ACK',
    encrypted: false,
    seq: Number(seq),
    line: '0',
    account,
    xdata: [],
    crcForm: 'hex',
  } as const
  const frame = seal({...header, data, timestamp: stamp(clock.now())}, own, Buffer.alloc(16, 0x51))
  return Buffer.from(encodeFrame(frame)).toString('latin1')
}

/** What the key of C0DE makes of the message. */
export const openingOf = ({text}: Asked) => {
  const {frame} = readFrame(Buffer.from(text, 'latin1'))
  return frame?.encrypted ? open(frame, key) : undefined
}

export const ack = ({seq, account}: Asked): string => frameOf(`"ACK"${seq}L0#${account}[]`).toString('latin1')

/** The answer with its body changed, framed anew with a check sum in hex. */
function rewritten(answer: string, change: (body: string) => string): string {
  const start = answer[3] === '0' && answer[7] === '"' ? 7 : 9
  return frameOf(change(answer.slice(start, -1))).toString('latin1')
}

export const hasWrongCrc = ({text, answer}: Asked) =>
  answer === undefined && frameOf(text.slice(9, -1)).toString('latin1').slice(5) === text.slice(5)
export const about = (token: string) => (text: string) => text.includes(`"${token}"`)
export const nak = () => frameOf(`"NAK"0000R0L0A0[]_${stamp(clock.now())}`).toString('latin1')

/** The answer changed where it fits, else as it is. */
export function spoilt(
  answer: string | undefined,
  fits: (text: string) => boolean,
  change: (body: string) => string,
): string[] {
  if (answer === undefined) return []
  return [fits(answer) ? rewritten(answer, change) : answer]
}
