/**
 * Our side of an RTSP session as a state machine: ask, log in where asked to, set up the picture, play until a key frame is
 * there, leave. No socket and no clock: bytes and times come in, requests and the result go out.
 *
 *   OPTIONS → DESCRIBE → SETUP → PLAY → packets … → TEARDOWN        (RFC 2326 §10); a 401 on the way repeats the request
 */
import {isCitywatchError} from '../../lib/errors.ts'
import {decode, encode, type Header, headerOf, type RtspResponse} from '../../protocol/rtsp/message.ts'
import {formatTransport, parseTransports, type Transport} from '../../protocol/rtsp/transport.ts'
import {formatRtspUrl, parseRtspUrl, type RtspUrl, resolveControl} from '../../protocol/rtsp/url.ts'
import type {Session} from '../../protocol/session.ts'
import {DeviceFailure} from '../failure.ts'
import {KeyFrameWatch} from './key-frame.ts'
import type {RtspClientLogin} from './login.ts'
import type {StreamWatch} from './stream-watch.ts'
import {type VideoTrack, videoTrack} from './video-track.ts'

/** `no-tcp`: the camera refuses interleaved transport and may yet play over UDP. */
export type WatchOutcome =
  | {readonly kind: 'seen'; readonly watch: StreamWatch}
  | {readonly kind: 'failed'; readonly failure: DeviceFailure}
  | {readonly kind: 'no-tcp'; readonly failure: DeviceFailure}

export interface ClientOptions {
  readonly url: RtspUrl
  readonly login: RtspClientLogin
  /** Our UDP ports for RTP and RTCP; absent: interleaved in the connection. */
  readonly udpPorts?: readonly [number, number]
  readonly keepBytes: number
  /** Ms since the epoch, and the same as a number of ms for people. */
  readonly deadline: number
  readonly timeoutMs: number
}

type Step = 'OPTIONS' | 'DESCRIBE' | 'SETUP' | 'PLAY' | 'playing'

const USER_AGENT: Header = ['User-Agent', 'citywatch']
/** What a server says that does not do the transport it was asked for. */
const UNSUPPORTED_TRANSPORT: readonly number[] = [461, 501]

export class RtspClient implements Session<WatchOutcome> {
  result: WatchOutcome | null = null
  readonly #options: ClientOptions
  #step: Step = 'OPTIONS'
  #outbox: Uint8Array[] = []
  #pending: Uint8Array = new Uint8Array()
  #cseq = 0
  #answers = 0
  /** The server's address for what we set up, its session, and what is played. */
  #base: RtspUrl
  #aggregate: RtspUrl
  #session: string | undefined
  #track: VideoTrack | undefined
  #watch: KeyFrameWatch | undefined
  #channel = 0

  constructor(options: ClientOptions) {
    this.#options = options
    this.#base = options.url
    this.#aggregate = options.url
    this.#ask('OPTIONS', options.url)
  }

  get deadline(): number | null {
    return this.result ? null : this.#options.deadline
  }

  take(): Uint8Array[] {
    const bytes = this.#outbox
    this.#outbox = []
    return bytes
  }

  receive(bytes: Uint8Array, now: number): void {
    this.#guard(() => {
      this.#pending = this.#pending.length > 0 ? Buffer.concat([this.#pending, bytes]) : bytes
      for (let next = decode(this.#pending); next && !this.result; next = decode(this.#pending)) {
        this.#pending = next.rest
        const {message} = next
        if (message.kind === 'response') this.#answer(message, now)
        else if (message.kind === 'data' && message.channel === this.#channel) this.#packet(message.payload, now)
        // A request of the server's (ANNOUNCE, REDIRECT) is passed over: we stay with the camera that was asked.
      }
    })
  }

  /** A datagram on our RTP port from the camera's address. */
  datagram(bytes: Uint8Array, now: number): void {
    this.#guard(() => this.#packet(bytes, now))
  }

  expire(_now: number): void {
    this.#fail(this.#unfinished(`within ${this.#options.timeoutMs} ms`))
  }

  end(_now: number): void {
    this.#fail(this.#unfinished('before it closed the connection'))
  }

  /** What a camera sends is never an exception of ours. */
  #guard(work: () => void): void {
    if (this.result) return
    try {
      work()
    } catch (error) {
      if (error instanceof DeviceFailure) this.#fail(error)
      else if (isCitywatchError(error, 'CW_PROTOCOL_REMOTE')) {
        this.#fail(
          new DeviceFailure('rtsp-malformed', `${error.params.protocol}: ${error.params.detail}`, {cause: error}),
        )
      } else throw error
    }
  }

  #answer(response: RtspResponse, now: number): void {
    const cseq = headerOf(response, 'CSeq')
    if (cseq !== undefined && Number(cseq) !== this.#cseq) return
    if (response.status < 200 || this.#step === 'playing') return
    this.#answers += 1
    const {login} = this.#options
    if (response.status === 401) {
      login.challenged(response)
      this.#repeat(now)
      return
    }
    if (response.status !== 403) login.accepted()
    if (response.status >= 300 && this.#step !== 'OPTIONS') this.#refused(response)
    else this.#next(response, now)
  }

  #next(response: RtspResponse, now: number): void {
    if (this.#step === 'OPTIONS') this.#ask('DESCRIBE', this.#options.url)
    else if (this.#step === 'DESCRIBE') this.#described(response)
    else if (this.#step === 'SETUP') this.#setUp(response, now)
    else this.#step = 'playing'
  }

  #described(response: RtspResponse): void {
    const track = videoTrack(Buffer.from(response.body).toString('utf8'))
    const given = parseRtspUrl(headerOf(response, 'Content-Base') ?? headerOf(response, 'Content-Location') ?? '')
    const {url} = this.#options
    // Only the path is taken: host and port stay those that we were sent to.
    this.#base = given ? {...url, path: given.path} : url
    this.#aggregate = resolveControl(this.#base, track.sessionControl)
    this.#track = track
    this.#ask('SETUP', resolveControl(this.#base, track.control))
  }

  #setUp(response: RtspResponse, now: number): void {
    const [id] = (headerOf(response, 'Session') ?? '').split(';')
    if (!id?.trim()) throw new DeviceFailure('rtsp-malformed', 'SETUP without a Session')
    this.#session = id.trim()
    const [transport] = parseTransports(headerOf(response, 'Transport') ?? '')
    if (transport && transport.kind !== this.#transport.kind) {
      throw new DeviceFailure('rtsp-malformed', `SETUP asked for ${this.#transport.kind} and got ${transport.kind}`)
    }
    this.#channel = transport?.interleaved?.[0] ?? 0
    this.#play(now)
  }

  #play(now: number): void {
    if (this.#track) this.#watch = new KeyFrameWatch(this.#track, now)
    this.#ask('PLAY', this.#aggregate)
  }

  #packet(bytes: Uint8Array, now: number): void {
    this.#watch?.receive(bytes, now)
    if (!this.#watch?.done) return
    const watch = this.#watch.found(this.#transport.kind, this.#options.keepBytes)
    this.#leave()
    this.result = {kind: 'seen', watch}
  }

  #refused({status, reason}: RtspResponse): void {
    const failure = new DeviceFailure('rtsp-error', `${this.#step}: ${status} ${reason}`)
    const retry = this.#step === 'SETUP' && this.#transport.kind === 'tcp' && UNSUPPORTED_TRANSPORT.includes(status)
    this.#leave()
    this.result = {kind: retry ? 'no-tcp' : 'failed', failure}
  }

  #fail(failure: DeviceFailure): void {
    if (this.result) return
    this.#leave()
    this.result = {kind: 'failed', failure}
  }

  /** The camera frees the session at once; its answer is not waited for. */
  #leave(): void {
    if (this.#session !== undefined) this.#send('TEARDOWN', this.#aggregate)
  }

  #unfinished(when: string): DeviceFailure {
    const watch = this.#watch
    if (this.#answers === 0) return new DeviceFailure('rtsp-unreachable', `no RTSP answer ${when}`)
    if (!watch || (this.#step !== 'playing' && watch.packets === 0)) {
      return new DeviceFailure('rtsp-error', `no answer to ${this.#step} ${when}`)
    }
    const foreign = watch.foreign > 0 ? `, ${watch.foreign} that are not of the stream` : ''
    if (watch.packets === 0) return new DeviceFailure('no-frames', `PLAY accepted, no packet ${when}${foreign}`)
    return new DeviceFailure('no-key-frame', `${watch.packets} packets, no key frame ${when}`)
  }

  #repeat(now: number): void {
    if (this.#step === 'PLAY') this.#play(now)
    else if (this.#step === 'SETUP') this.#ask('SETUP', resolveControl(this.#base, this.#track?.control))
    else if (this.#step !== 'playing') this.#ask(this.#step, this.#options.url)
  }

  #ask(step: Exclude<Step, 'playing'>, url: RtspUrl): void {
    this.#step = step
    this.#send(step, url)
  }

  #send(method: string, url: RtspUrl): void {
    const uri = formatRtspUrl(url)
    this.#cseq += 1
    const headers: Header[] = [['CSeq', String(this.#cseq)], USER_AGENT, ...this.#options.login.headersFor(method, uri)]
    if (method === 'DESCRIBE') headers.push(['Accept', 'application/sdp'])
    if (method === 'SETUP') headers.push(['Transport', formatTransport(this.#transport)])
    if (method === 'PLAY') headers.push(['Range', 'npt=0.000-'])
    if (this.#session !== undefined) headers.push(['Session', this.#session])
    this.#outbox.push(encode({kind: 'request', method, uri, headers, body: Buffer.alloc(0)}))
  }

  get #transport(): Transport {
    const {udpPorts} = this.#options
    return udpPorts ? {kind: 'udp', clientPort: udpPorts} : {kind: 'tcp', interleaved: [0, 1]}
  }
}
