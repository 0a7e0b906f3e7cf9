/** Which of a baseline's ports are open on one device, and what speaks there first. */
import type {Socket} from 'node:net'
import type {Clock} from '../../lib/clock.ts'
import {type SafeText, safeText} from '../../lib/safe-text.ts'
import {Knocks} from '../discover/knocks.ts'
import type {BaselinePort} from './baseline.ts'
import type {PortFact} from './facts.ts'

/** How long a service may take to greet: telnet and FTP speak first. */
const GREETING_MS = 1_500
const MAX_GREETING_BYTES = 512
/** Interpret As Command: how telnet begins to negotiate (RFC 854). */
const IAC = 0xff

export interface LookOptions {
  /** An address, not a name: a name could stand for another host the next time. */
  readonly address: string
  /** Ms that are left for this device. */
  readonly remainingMs: () => number
  readonly clock: Clock
  readonly signal: AbortSignal
}

const CONNECT_MS = 3_000

/** All at once, each told once. Never throws for what a device does. */
export async function lookAtPorts(ports: readonly BaselinePort[], options: LookOptions): Promise<PortFact[]> {
  const {address, remainingMs, clock, signal} = options
  const knocks = new Knocks(Math.min(CONNECT_MS, remainingMs()), clock, signal)
  return Promise.all(
    ports
      .filter(({kind}) => kind !== 'upnp')
      .map(async (asked): Promise<PortFact> => {
        const knock = await knocks.knock(address, asked.port)
        if (knock.state !== 'open') return {...asked, state: knock.state}
        if (asked.kind !== 'telnet' && asked.kind !== 'ftp') {
          knock.socket.destroy()
          return {...asked, state: 'open'}
        }
        return {...asked, state: 'open', ...judged(asked.kind, await greeting(knock.socket, options))}
      }),
  )
}

function judged(kind: 'telnet' | 'ftp', bytes: Buffer): {banner?: SafeText; confirmed?: true} {
  const words = safeText(
    bytes
      .toString('latin1')
      .replace(/[^\x20-\x7e]+/g, ' ')
      .trim(),
    80,
  )
  const speaks = kind === 'ftp' ? /^220[ -]/.test(words) : bytes.includes(IAC) || /login:|username:/i.test(words)
  return {...(words ? {banner: words} : {}), ...(speaks ? {confirmed: true} : {})}
}

/** What comes until it pauses for a login, closes, or its time is over. Nothing is sent. */
function greeting(socket: Socket, {remainingMs, clock, signal}: LookOptions): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const late = new AbortController()
    const end = () => {
      late.abort('heard')
      signal.removeEventListener('abort', end)
      socket.destroy()
      resolve(Buffer.concat(chunks).subarray(0, MAX_GREETING_BYTES))
    }
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      end()
    })
    socket.once('close', end)
    signal.addEventListener('abort', end, {once: true})
    clock.sleep(Math.min(GREETING_MS, remainingMs()), late.signal).then(end, () => {})
    if (signal.aborted) end()
  })
}
