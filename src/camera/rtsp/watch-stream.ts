/** Plays a camera's stream until its first key frame, and says what was seen or why there is no picture. */
import {lookup} from 'node:dns/promises'
import {isIP} from 'node:net'
import {CitywatchError} from '../../lib/errors.ts'
import {type Credential, randomHex} from '../../lib/secret.ts'
import {type ByteStream, dialTcp} from '../../net/byte-stream.ts'
import {parseRtspUrl, type RtspUrl} from '../../protocol/rtsp/url.ts'
import {DeviceFailure} from '../failure.ts'
import {RtspClient, type WatchOutcome} from './client.ts'
import {RtspClientLogin} from './login.ts'
import type {StreamWatch, WatchOptions} from './stream-watch.ts'
import {openUdpPorts, type UdpPorts} from './udp-ports.ts'

/**
 * Connects to the host of `url` and to no other. Userinfo in the URL is dropped: only `credential` is ever used, at most one
 * failed login is risked. Throws DeviceFailure: `rtsp-unreachable`, `rtsp-auth`, `no-credential`, `login-withheld`,
 * `rtsp-error`, `rtsp-malformed`, `no-frames`, `no-key-frame`, `wrong-codec`, `stream-mismatch`, `cancelled`.
 */
export async function watchStream(
  url: string,
  credential: Credential | undefined,
  options: WatchOptions,
): Promise<StreamWatch> {
  const target = parseRtspUrl(url)
  if (!target) throw new DeviceFailure('rtsp-malformed', 'the stream address is no rtsp:// URL')
  const deadline = options.clock.now() + options.timeoutMs
  const attempt = (transport: 'tcp' | 'udp') => play(target, transport, credential, deadline, options)
  const first = await attempt(options.transport === 'udp' ? 'udp' : 'tcp')
  const last = first.kind === 'no-tcp' && options.transport === 'auto' ? await attempt('udp') : first
  if (last.kind === 'seen') return last.watch
  throw last.failure
}

async function play(
  target: RtspUrl,
  transport: 'tcp' | 'udp',
  credential: Credential | undefined,
  deadline: number,
  options: WatchOptions,
): Promise<WatchOutcome> {
  const {clock, signal, timeoutMs, keepBytes = 0} = options
  const address = await resolve(target.host, deadline - clock.now(), options)
  const stream = await dial(address, target.port, deadline - clock.now(), signal)
  let udp: UdpPorts | undefined
  try {
    udp = transport === 'udp' ? await openUdpPorts(address) : undefined
    const client = new RtspClient({
      url: target,
      login: new RtspClientLogin(credential, options, randomHex(8)),
      keepBytes,
      deadline,
      timeoutMs,
      ...(udp ? {udpPorts: udp.ports} : {}),
    })
    return await run(client, stream, udp, options)
  } finally {
    stream.close()
    udp?.close()
  }
}

/** Feeds the client from the connection, the datagrams and the clock, until it has a result. net/drive.ts knows no datagrams. */
function run(
  client: RtspClient,
  stream: ByteStream,
  udp: UdpPorts | undefined,
  {clock, signal}: WatchOptions,
): Promise<WatchOutcome> {
  const stop = new AbortController()
  return new Promise((resolve, reject) => {
    const turn = (step: (now: number) => void) => {
      if (stop.signal.aborted) return
      try {
        step(clock.now())
        for (const bytes of client.take()) stream.send(bytes)
        if (client.result) resolve(client.result)
      } catch (error) {
        reject(error)
        stop.abort(OVER)
      }
      if (client.result) stop.abort(OVER)
    }
    const cancel = () => {
      reject(new DeviceFailure('cancelled', 'interrupted'))
      stop.abort(OVER)
    }
    if (signal?.aborted) cancel()
    signal?.addEventListener('abort', cancel, {once: true, signal: stop.signal})
    udp?.onPacket((bytes) => turn((now) => client.datagram(bytes, now)))
    const left = Math.max(0, (client.deadline ?? 0) - clock.now())
    clock.sleep(left, stop.signal).then(
      () => turn((now) => client.expire(now)),
      () => {},
    )
    turn(() => {})
    void read(stream, client, turn)
  })
}

/** A constant: an error with a stack for each conversation would be made for nobody. */
const OVER = 'the conversation is over'

async function read(
  stream: ByteStream,
  client: RtspClient,
  turn: (step: (now: number) => void) => void,
): Promise<void> {
  try {
    for await (const chunk of stream) {
      turn((now) => client.receive(chunk, now))
      if (client.result) return
    }
  } catch {
    // A connection that breaks ends like one that is closed.
  }
  turn((now) => client.end(now))
}

/** The address itself, so that what is dialled and what datagrams are taken from is one and the same. */
async function resolve(host: string, timeoutMs: number, {clock}: WatchOptions): Promise<string> {
  if (isIP(host)) return host
  const stop = new AbortController()
  const late = clock.sleep(Math.max(0, timeoutMs), stop.signal).then(() => null)
  try {
    const found = await Promise.race([lookup(host), late])
    if (found) return found.address
    throw new DeviceFailure('rtsp-unreachable', `${host}: no answer from the name server`)
  } catch (cause) {
    if (cause instanceof DeviceFailure) throw cause
    const {code} = cause as NodeJS.ErrnoException
    throw new DeviceFailure('rtsp-unreachable', `${host}: ${code ?? 'not found'}`, {cause})
  } finally {
    late.catch(() => {})
    stop.abort(OVER)
  }
}

async function dial(
  address: string,
  port: number,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<ByteStream> {
  if (signal?.aborted) throw new DeviceFailure('cancelled', 'interrupted')
  try {
    return await dialTcp(address, port, Math.max(1, timeoutMs), signal)
  } catch (cause) {
    if (signal?.aborted) throw new DeviceFailure('cancelled', 'interrupted', {cause})
    if (!(cause instanceof CitywatchError)) throw cause
    const detail = cause.code === 'CW_TIMEOUT' ? `no connection within ${timeoutMs} ms` : String(cause.params.detail)
    throw new DeviceFailure('rtsp-unreachable', `port ${port}: ${detail}`, {cause})
  }
}
