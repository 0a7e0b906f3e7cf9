/** Plays a camera's stream until its first key frame, or for as long as it is to be measured, and says what was seen or why there is no picture. */
import {lookup} from 'node:dns/promises'
import {isIP} from 'node:net'
import {CitywatchError} from '../../lib/errors.ts'
import {type Credential, randomHex} from '../../lib/secret.ts'
import {type ByteStream, dialTcp, dialTls} from '../../net/byte-stream.ts'
import {parseRtspUrl, type RtspUrl} from '../../protocol/rtsp/url.ts'
import {DeviceFailure, tlsFailure} from '../failure.ts'
import {RtspClient, type WatchOutcome} from './client.ts'
import {RtspClientLogin} from './login.ts'
import type {StreamWatch, WatchOptions} from './stream-watch.ts'
import {openUdpPorts, type UdpPorts} from './udp-ports.ts'

/**
 * Connects to the host of `url` and to no other. Userinfo in the URL is dropped: only `credential` is ever used, at most one
 * failed login is risked. Throws DeviceFailure: `rtsp-unreachable`, `tls`, `rtsp-auth`, `no-credential`, `login-withheld`,
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
  const attempt = (transport: WatchOptions['transport']) => play(target, transport, credential, deadline, options)
  const first = await attempt(options.transport)
  const last = first.kind === 'no-tcp' ? await attempt('udp') : first
  if (last.kind === 'seen') return last.watch
  throw last.failure
}

async function play(
  target: RtspUrl,
  transport: WatchOptions['transport'],
  credential: Credential | undefined,
  deadline: number,
  options: WatchOptions,
): Promise<WatchOutcome> {
  const {clock, timeoutMs, keepBytes = 0, measureMs = 0} = options
  const address = await resolve(target.host, deadline - clock.now(), options)
  const stream = await dial(target, address, deadline - clock.now(), options)
  const ports: UdpPorts[] = []
  try {
    const client = new RtspClient({
      url: target,
      login: new RtspClientLogin(credential, options, randomHex(8), target.secure),
      transport,
      keepBytes,
      deadline,
      timeoutMs,
      measureMs,
      ...(options.described ? {described: (sdp: Uint8Array) => options.described?.(sdp)} : {}),
    })
    return await new Conversation(client, stream, {address, ports, options}).run()
  } finally {
    stream.close()
    for (const pair of ports) pair.close()
  }
}

interface Surroundings {
  /** The camera's. */
  readonly address: string
  /** Whatever is opened is put here; the caller closes it. */
  readonly ports: UdpPorts[]
  readonly options: WatchOptions
}

/** Feeds the client from the connection, the datagrams and the clock, until it has a result. net/drive.ts knows no datagrams. */
class Conversation {
  readonly #client: RtspClient
  readonly #stream: ByteStream
  readonly #around: Surroundings
  readonly #stop = new AbortController()
  readonly #outcome = Promise.withResolvers<WatchOutcome>()
  /** When the timer goes off, ms, and what ends it. */
  #wakeAt: number | null = null
  #timer: AbortController | undefined
  #opening = false

  constructor(client: RtspClient, stream: ByteStream, around: Surroundings) {
    this.#client = client
    this.#stream = stream
    this.#around = around
  }

  run(): Promise<WatchOutcome> {
    const {signal} = this.#around.options
    const cancel = () => this.#fail(new DeviceFailure('cancelled', 'interrupted'))
    if (signal?.aborted) cancel()
    signal?.addEventListener('abort', cancel, {once: true, signal: this.#stop.signal})
    this.#turn(() => {})
    void this.#read()
    return this.#outcome.promise
  }

  /** One step of the client, and what follows from it. */
  #turn(step: (now: number) => void): void {
    if (this.#stop.signal.aborted) return
    try {
      step(this.#around.options.clock.now())
      for (const bytes of this.#client.take()) this.#stream.send(bytes)
    } catch (error) {
      this.#fail(error)
      return
    }
    if (this.#client.result) {
      this.#outcome.resolve(this.#client.result)
      this.#end()
    } else {
      this.#schedule()
      if (this.#client.portsWanted > 0 && !this.#opening) void this.#open(this.#client.portsWanted)
    }
  }

  #fail(error: unknown): void {
    this.#outcome.reject(error)
    this.#end()
  }

  #end(): void {
    this.#stop.abort(OVER)
    this.#timer?.abort(OVER)
  }

  /** Sets the timer anew when the client waits for another moment. */
  #schedule(): void {
    const {deadline} = this.#client
    if (deadline === this.#wakeAt || deadline === null) return
    this.#timer?.abort(OVER)
    const timer = new AbortController()
    this.#timer = timer
    this.#wakeAt = deadline
    const {clock} = this.#around.options
    clock.sleep(Math.max(0, deadline - clock.now()), timer.signal).then(
      () => {
        this.#wakeAt = null
        // A timer may be early by a part of a millisecond.
        this.#turn((now) => this.#client.expire(Math.max(now, deadline)))
      },
      () => {},
    )
  }

  async #open(count: number): Promise<void> {
    this.#opening = true
    const {address, ports} = this.#around
    try {
      while (ports.length < count) ports.push(await openUdpPorts(address))
    } catch (error) {
      this.#fail(error)
      return
    }
    if (this.#stop.signal.aborted) {
      for (const pair of ports) pair.close()
      return
    }
    for (const [medium, pair] of ports.entries()) {
      pair.onPacket((bytes, rtcp) => this.#turn((now) => this.#client.datagram(bytes, now, {medium, rtcp})))
    }
    this.#turn(() => this.#client.opened(ports.map((pair) => pair.ports)))
  }

  async #read(): Promise<void> {
    try {
      for await (const chunk of this.#stream) {
        this.#turn((now) => this.#client.receive(chunk, now))
        if (this.#client.result) return
      }
    } catch {
      // A connection that breaks ends like one that is closed.
    }
    this.#turn((now) => this.#client.end(now))
  }
}

/** A constant: an error with a stack for each conversation would be made for nobody. */
const OVER = 'the conversation is over'

/** A connection to the camera's stream server for somebody else's conversation. Throws DeviceFailure as `watchStream` does. */
export async function dialStream(
  target: RtspUrl,
  timeoutMs: number,
  options: Pick<WatchOptions, 'clock' | 'signal' | 'trust'>,
): Promise<ByteStream> {
  return dial(target, await resolve(target.host, timeoutMs, options), timeoutMs, options)
}

/** The address itself, so that what is dialled and what datagrams are taken from is one and the same. */
async function resolve(host: string, timeoutMs: number, {clock}: Pick<WatchOptions, 'clock'>): Promise<string> {
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
  {host, port, secure}: RtspUrl,
  address: string,
  timeoutMs: number,
  {signal, trust}: Pick<WatchOptions, 'signal' | 'trust'>,
): Promise<ByteStream> {
  if (signal?.aborted) throw new DeviceFailure('cancelled', 'interrupted')
  const limitMs = Math.max(1, timeoutMs)
  const tls = {host: address, port, name: host, ...(trust ? {trust} : {})}
  try {
    return await (secure ? dialTls(tls, limitMs, signal) : dialTcp(address, port, limitMs, signal))
  } catch (cause) {
    if (signal?.aborted) throw new DeviceFailure('cancelled', 'interrupted', {cause})
    if (!(cause instanceof CitywatchError)) throw cause
    const untrusted = cause.cause instanceof Error ? tlsFailure(cause.cause) : undefined
    if (untrusted) throw untrusted
    const detail = cause.code === 'CW_TIMEOUT' ? `no connection within ${timeoutMs} ms` : String(cause.params.detail)
    throw new DeviceFailure('rtsp-unreachable', `port ${port}: ${detail}`, {cause})
  }
}
