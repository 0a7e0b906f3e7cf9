/** One client's RTSP dialogue with a simulated camera: a request in, a response out, and a player while it plays. */
import {randomHex} from '../../../lib/secret.ts'
import {type Header, headerOf, type RtspRequest, type RtspResponse} from '../../../protocol/rtsp/message.ts'
import {formatTransport, parseTransports} from '../../../protocol/rtsp/transport.ts'
import {formatRtspUrl, parseRtspUrl, type RtspUrl} from '../../../protocol/rtsp/url.ts'
import type {SimCamera} from '../camera.ts'
import type {PictureGroup} from '../media/group.ts'
import type {PictureSize} from '../media/parameter-sets.ts'
import type {RtspLogin} from './login.ts'
import {type Outlet, openOutlet, type Wire} from './outlet.ts'
import {Player} from './player.ts'
import {describe, sizeOf, TRACK} from './streams.ts'

/** A session from which nothing is heard for so long ends, s. */
export const SESSION_TIMEOUT_S = 60
const METHODS = 'OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, GET_PARAMETER, TEARDOWN'
const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  454: 'Session Not Found',
  455: 'Method Not Valid in This State',
  461: 'Unsupported Transport',
  503: 'Service Unavailable',
}

interface Playback {
  readonly id: string
  readonly url: RtspUrl
  readonly outlet: Outlet
  readonly player: Player
}

interface Answer {
  readonly status: number
  readonly headers?: readonly Header[]
  readonly body?: string
}

export interface CameraSide {
  readonly camera: SimCamera
  readonly login: RtspLogin
  readonly groupOf: (size: PictureSize) => PictureGroup
}

export class Conversation {
  readonly #side: CameraSide
  readonly #wire: Wire
  #playback: Playback | null = null
  #heardAt: number
  #open = true

  constructor(side: CameraSide, wire: Wire) {
    this.#side = side
    this.#wire = {...wire, heard: () => this.heard()}
    this.#heardAt = side.camera.clock.now()
  }

  /** The client is alive: a request, or an RTCP packet. */
  heard(): void {
    this.#heardAt = this.#side.camera.clock.now()
  }

  async answer(request: RtspRequest): Promise<RtspResponse> {
    this.heard()
    const cseq = headerOf(request, 'CSeq')
    const {status, headers = [], body = ''} = cseq === undefined ? {status: 400} : await this.#answer(request)
    return {
      kind: 'response',
      status,
      reason: REASONS[status] ?? '',
      headers: [...(cseq === undefined ? [] : [['CSeq', cseq] as const]), ...headers],
      body: Buffer.from(body),
    }
  }

  /** The connection is gone, or the session has come to its end. */
  close(): void {
    this.#open = false
    this.#teardown()
  }

  async #answer(request: RtspRequest): Promise<Answer> {
    const {camera, login} = this.#side
    if (request.method === 'OPTIONS') return {status: 200, headers: [['Public', METHODS]]}
    const refusal = login.judge(request)
    if (refusal) return {status: 401, headers: refusal}
    const url = parseRtspUrl(request.uri)
    if (request.method === 'GET_PARAMETER') return this.#inSession(request, () => ({status: 200}))
    const size = url && sizeOf(url.path, camera)
    if (!url || !size) return {status: 404}
    switch (request.method) {
      case 'DESCRIBE':
        return camera.has('rtsp-error') ? {status: 503} : this.#describe(url, size)
      case 'SETUP':
        return this.#setup(request, url, size)
      case 'PLAY':
        return this.#inSession(request, (playback) => this.#play(playback))
      case 'PAUSE':
        return this.#inSession(request, ({player}) => {
          player.stop()
          return {status: 200}
        })
      case 'TEARDOWN':
        return this.#inSession(request, () => {
          this.#teardown()
          return {status: 200}
        })
      default:
        return {status: 405, headers: [['Allow', METHODS]]}
    }
  }

  #describe(url: RtspUrl, size: PictureSize): Answer {
    const {camera, groupOf} = this.#side
    const headers: Header[] = [
      ['Content-Base', `${formatRtspUrl(url).replace(/\/$/, '')}/`],
      ['Content-Type', 'application/sdp'],
    ]
    return {status: 200, headers, body: describe(groupOf(size), camera)}
  }

  async #setup(request: RtspRequest, url: RtspUrl, size: PictureSize): Promise<Answer> {
    if (this.#playback) return {status: 455}
    const {camera, groupOf} = this.#side
    const outlet = await this.#firstOutlet(headerOf(request, 'Transport') ?? '')
    if (!outlet) return {status: 461}
    const player = new Player(camera, groupOf(size), outlet)
    this.#playback = {id: randomHex(8), url, outlet, player}
    // The client may have gone while the ports were being opened.
    if (!this.#open) this.#teardown()
    const transport = formatTransport({...outlet.transport, ssrc: player.ssrc})
    return {status: 200, headers: [['Transport', transport], ...sessionHeader(this.#playback)]}
  }

  async #firstOutlet(header: string): Promise<Outlet | null> {
    for (const choice of parseTransports(header)) {
      const outlet = await openOutlet(choice, this.#wire).catch(() => null)
      if (outlet) return outlet
    }
    return null
  }

  #play({player, url}: Playback): Answer {
    const {sequence, timestamp} = player.next
    const track = formatRtspUrl(url).endsWith(TRACK)
      ? formatRtspUrl(url)
      : `${formatRtspUrl(url).replace(/\/$/, '')}/${TRACK}`
    void player.play(() => this.#isAlive())
    return {
      status: 200,
      headers: [
        ['Range', 'npt=0.000-'],
        ['RTP-Info', `url=${track};seq=${sequence};rtptime=${timestamp}`],
      ],
    }
  }

  #isAlive(): boolean {
    const alive = this.#side.camera.clock.now() - this.#heardAt < SESSION_TIMEOUT_S * 1_000
    if (!alive) this.#teardown()
    return alive
  }

  #inSession(request: RtspRequest, work: (playback: Playback) => Answer): Answer {
    const [id] = (headerOf(request, 'Session') ?? '').split(';')
    const playback = this.#playback
    // A keep-alive before SETUP names no session and is welcome.
    if (!playback && request.method === 'GET_PARAMETER' && !id) return {status: 200}
    if (!playback || id?.trim() !== playback.id) return {status: 454}
    const answer = work(playback)
    return {...answer, headers: [...sessionHeader(playback), ...(answer.headers ?? [])]}
  }

  #teardown(): void {
    this.#playback?.player.stop()
    this.#playback?.outlet.close()
    this.#playback = null
  }
}

function sessionHeader({id}: Playback): Header[] {
  return [['Session', `${id};timeout=${SESSION_TIMEOUT_S}`]]
}
