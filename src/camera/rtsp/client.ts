/**
 * Our side of an RTSP session as a state machine: ask, log in where asked to, set up picture (and sound), play until a key
 * frame is there and for as long as it is to be measured, leave. No socket and no clock: bytes and times come in, requests
 * and the result go out.
 *
 *   OPTIONS → DESCRIBE → SETUP … → PLAY → packets, keep-alive … → TEARDOWN      (RFC 2326 §10); a 401 on the way repeats the request
 */
import {isCitywatchError} from '../../lib/errors.ts'
import {decode, encode, type Header, headerOf, type RtspResponse} from '../../protocol/rtsp/message.ts'
import {formatTransport, parseTransports, type Transport} from '../../protocol/rtsp/transport.ts'
import {formatRtspUrl, parseRtspUrl, type RtspUrl, resolveControl} from '../../protocol/rtsp/url.ts'
import type {Session} from '../../protocol/session.ts'
import {DeviceFailure} from '../failure.ts'
import type {RtspClientLogin} from './login.ts'
import {MediaWatch, type Way} from './media-watch.ts'
import {SessionLease} from './session-lease.ts'
import type {StreamWatch} from './stream-watch.ts'
import {type Tracks, tracksOf} from './tracks.ts'
import {unfinished} from './unfinished.ts'

/** `no-tcp`: the camera refused interleaved transport and then would not go on in this connection; it may yet play over UDP in another. */
export type WatchOutcome =
  | {readonly kind: 'seen'; readonly watch: StreamWatch}
  | {readonly kind: 'failed'; readonly failure: DeviceFailure}
  | {readonly kind: 'no-tcp'; readonly failure: DeviceFailure}

export interface ClientOptions {
  readonly url: RtspUrl
  readonly login: RtspClientLogin
  readonly transport: 'tcp' | 'udp' | 'auto'
  readonly keepBytes: number
  /** When the key frame must be there, ms since the epoch, and the same as a number of ms for people. */
  readonly deadline: number
  readonly timeoutMs: number
  /** How long the stream is measured after its first key frame, ms. */
  readonly measureMs: number
  /** Told the session description as it came. */
  readonly described?: (sdp: Uint8Array) => void
}

type Ports = readonly [rtp: number, rtcp: number]
type Step = 'OPTIONS' | 'DESCRIBE' | 'SETUP' | 'PLAY' | 'playing'

const USER_AGENT: Header = ['User-Agent', 'citywatch']
/** What a server says that does not do the transport it was asked for. */
const UNSUPPORTED_TRANSPORT: readonly number[] = [461, 501]

export class RtspClient implements Session<WatchOutcome> {
  result: WatchOutcome | null = null
  readonly #options: ClientOptions
  readonly #lease = new SessionLease()
  #step: Step = 'OPTIONS'
  #outbox: Uint8Array[] = []
  #pending: Uint8Array = new Uint8Array()
  #cseq = 0
  #answers = 0
  /** The server's address for what we set up, and what is played. */
  #base: RtspUrl
  #aggregate: RtspUrl
  #tracks: Tracks | undefined
  #media: MediaWatch | undefined
  /** Controls of what is to be set up, picture first; and how many of them are. */
  #controls: readonly (string | undefined)[] = []
  #ready = 0
  readonly #channels = new Map<number, Way>()
  #kind: Transport['kind']
  /** Our UDP ports by medium, once they are open. */
  #ports: readonly Ports[] | undefined
  #refusal: DeviceFailure | undefined

  constructor(options: ClientOptions) {
    this.#options = options
    this.#base = options.url
    this.#aggregate = options.url
    this.#kind = options.transport === 'udp' ? 'udp' : 'tcp'
    this.#ask('OPTIONS', options.url)
  }

  /** For the key frame, the end of the measurement, or the next sign of life. */
  get deadline(): number | null {
    return this.result ? null : Math.min(this.#end(), this.#step === 'playing' ? this.#lease.renewAt : Infinity)
  }

  /** Pairs of UDP ports that are waited for; hand them over with `opened`. */
  get portsWanted(): number {
    return this.#step === 'SETUP' && this.#kind === 'udp' && !this.#ports && !this.result ? this.#controls.length : 0
  }

  opened(ports: readonly Ports[]): void {
    this.#ports = ports
    this.#guard(() => this.#setUp())
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
        else if (message.kind === 'data') this.#packet(this.#channels.get(message.channel), message.payload, now)
        // A request of the server's (ANNOUNCE, REDIRECT) is passed over: we stay with the camera that was asked.
      }
    })
  }

  /** A datagram on one of our ports from the camera's address. */
  datagram(bytes: Uint8Array, now: number, way: Way = {medium: 0, rtcp: false}): void {
    this.#guard(() => this.#packet(way, bytes, now))
  }

  expire(now: number): void {
    if (now < this.#end()) this.#keepAlive(now)
    else if (this.#media?.video.done) this.#guard(() => this.#conclude(now))
    else this.#fail(this.#unfinished(`within ${this.#options.timeoutMs} ms`))
  }

  end(now: number): void {
    if (this.#media?.video.done) this.#guard(() => this.#conclude(now, true))
    if (this.#refusal && !this.result) this.result = {kind: 'no-tcp', failure: this.#refusal}
    this.#fail(this.#unfinished('before it closed the connection'))
  }

  #end(): number {
    const {deadline, measureMs} = this.#options
    const seenAt = this.#media?.video.doneAt
    return seenAt === undefined ? deadline : seenAt + measureMs
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
    if (response.status < 200) return
    this.#answers += 1
    const {login} = this.#options
    if (response.status === 401) {
      login.challenged(response)
      this.#repeat(now)
      return
    }
    if (this.#step === 'playing') return
    if (response.status !== 403) login.accepted()
    if (response.status >= 300 && this.#step !== 'OPTIONS') this.#refused(response, now)
    else this.#next(response, now)
  }

  #next(response: RtspResponse, now: number): void {
    if (this.#step === 'OPTIONS') {
      this.#lease.offered(headerOf(response, 'Public') ?? '')
      this.#ask('DESCRIBE', this.#options.url)
    } else if (this.#step === 'DESCRIBE') this.#described(response)
    else if (this.#step === 'SETUP') this.#isSetUp(response, now)
    else {
      this.#step = 'playing'
      this.#lease.renewed(now)
    }
  }

  #described(response: RtspResponse): void {
    this.#options.described?.(response.body)
    const tracks = tracksOf(Buffer.from(response.body).toString('utf8'))
    const given = parseRtspUrl(headerOf(response, 'Content-Base') ?? headerOf(response, 'Content-Location') ?? '')
    const {url, measureMs} = this.#options
    // Only the path is taken: host and port stay those that we were sent to.
    this.#base = given ? {...url, path: given.path} : url
    this.#aggregate = resolveControl(this.#base, tracks.video.sessionControl)
    this.#tracks = tracks
    // Sound is listened to only where there is time to measure it.
    const sound = measureMs > 0 && tracks.audio?.control !== undefined ? [tracks.audio.control] : []
    this.#controls = [tracks.video.control, ...sound]
    this.#setUp()
  }

  /** Asks for the next medium, once there are ports for it. */
  #setUp(): void {
    this.#step = 'SETUP'
    if (this.portsWanted === 0) this.#ask('SETUP', resolveControl(this.#base, this.#controls[this.#ready]))
  }

  #isSetUp(response: RtspResponse, now: number): void {
    this.#refusal = undefined
    if (!this.#lease.granted(headerOf(response, 'Session') ?? '')) {
      throw new DeviceFailure('rtsp-malformed', 'SETUP without a Session')
    }
    const [transport] = parseTransports(headerOf(response, 'Transport') ?? '')
    if (transport && transport.kind !== this.#kind) {
      throw new DeviceFailure('rtsp-malformed', `SETUP asked for ${this.#kind} and got ${transport.kind}`)
    }
    const [rtp, rtcp] = transport?.interleaved ?? [2 * this.#ready, 2 * this.#ready + 1]
    this.#channels.set(rtp, {medium: this.#ready, rtcp: false}).set(rtcp, {medium: this.#ready, rtcp: true})
    this.#ready += 1
    if (this.#ready < this.#controls.length) this.#setUp()
    else this.#play(now)
  }

  #play(now: number): void {
    if (this.#tracks) this.#media = new MediaWatch(this.#tracks, this.#ready > 1, now)
    this.#ask('PLAY', this.#aggregate)
  }

  #packet(way: Way | undefined, bytes: Uint8Array, now: number): void {
    if (!way || !this.#media) return
    this.#media.receive(way, bytes, now)
    if (this.#media.video.done && now >= this.#end()) this.#conclude(now)
  }

  /** What was seen is the result; `broken`: the camera ended it before its time. */
  #conclude(now: number, broken = false): void {
    const {keepBytes, measureMs, url} = this.#options
    const watch = this.#media?.found(this.#kind, keepBytes, now, measureMs > 0)
    if (!watch) return
    const {stopped = broken ? `closed the connection after ${watch.facts.measured?.forMs ?? 0} ms of pictures` : ''} =
      watch
    this.#leave()
    const facts = url.secure ? {...watch.facts, secure: true as const} : watch.facts
    this.result = {kind: 'seen', watch: {...watch, facts, ...(stopped ? {stopped} : {})}}
  }

  #refused({status, reason}: RtspResponse, now: number): void {
    const failure = new DeviceFailure('rtsp-error', `${this.#step}: ${status} ${reason}`)
    const {transport} = this.#options
    const isSetup = this.#step === 'SETUP'
    if (isSetup && this.#ready > 0) this.#play(now)
    else if (isSetup && transport === 'auto' && this.#kind === 'tcp' && UNSUPPORTED_TRANSPORT.includes(status)) {
      this.#refusal = failure
      this.#kind = 'udp'
      this.#setUp()
    } else if (isSetup && this.#refusal) this.result = {kind: 'no-tcp', failure: this.#refusal}
    else this.#fail(failure)
  }

  #fail(failure: DeviceFailure): void {
    if (this.result) return
    this.#leave()
    this.result = {kind: 'failed', failure}
  }

  /** The camera frees the session at once; its answer is not waited for. */
  #leave(): void {
    if (this.#lease.id !== undefined) this.#send('TEARDOWN', this.#aggregate)
  }

  #keepAlive(now: number): void {
    this.#lease.renewed(now)
    this.#send(this.#lease.method, this.#aggregate)
  }

  #unfinished(when: string): DeviceFailure {
    return unfinished({step: this.#step, answers: this.#answers, watch: this.#media?.video}, when)
  }

  #repeat(now: number): void {
    if (this.#step === 'PLAY') this.#play(now)
    else if (this.#step === 'SETUP') this.#setUp()
    else if (this.#step === 'playing') this.#keepAlive(now)
    else this.#ask(this.#step, this.#options.url)
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
    if (this.#lease.id !== undefined) headers.push(['Session', this.#lease.id])
    this.#outbox.push(encode({kind: 'request', method, uri, headers, body: Buffer.alloc(0)}))
  }

  /** How the next medium is asked for. */
  get #transport(): Transport {
    const ports = this.#ports?.[this.#ready]
    if (this.#kind === 'udp' && ports) return {kind: 'udp', clientPort: ports}
    return {kind: 'tcp', interleaved: [2 * this.#ready, 2 * this.#ready + 1]}
  }
}
