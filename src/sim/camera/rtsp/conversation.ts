/** One client's RTSP dialogue with a simulated camera: a request in, a response out, and a player while it plays. */
import {randomHex} from '../../../lib/secret.ts'
import {type Header, headerOf, type RtspRequest, type RtspResponse} from '../../../protocol/rtsp/message.ts'
import {formatTransport, parseTransports} from '../../../protocol/rtsp/transport.ts'
import {formatRtspUrl, parseRtspUrl, type RtspUrl} from '../../../protocol/rtsp/url.ts'
import type {SimCamera} from '../camera.ts'
import type {PictureGroup, SimCodec} from '../media/group.ts'
import type {PictureSize} from '../media/parameter-sets.ts'
import {SOUNDS} from '../media/sound.ts'
import {faultyOutlet} from './faulty-outlet.ts'
import type {RtspLogin} from './login.ts'
import {type Outlet, openOutlet, type Wire} from './outlet.ts'
import {type MediumPlayer, Player} from './player.ts'
import {SoundPlayer} from './sound-player.ts'
import {describe, halfOf, SOUND_TRACK, sizeOf, TRACK} from './streams.ts'

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

interface Medium {
  readonly outlet: Outlet
  readonly player: MediumPlayer
}

interface Playback {
  readonly id: string
  /** The stream's address, without a track. */
  readonly url: RtspUrl
  /** By control attribute. */
  readonly media: Map<string, Medium>
}

interface Answer {
  readonly status: number
  readonly headers?: readonly Header[]
  readonly body?: string
}

export interface CameraSide {
  readonly camera: SimCamera
  readonly login: RtspLogin
  readonly groupOf: (size: PictureSize, codec?: SimCodec) => PictureGroup
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
        return this.#inSession(request, ({media}) => {
          for (const {player} of media.values()) player.stop()
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
    const shown = camera.streamFault === 'wrong-sdp' ? halfOf(size) : size
    return {status: 200, headers, body: describe(groupOf(shown, camera.spec.stream?.codec), camera)}
  }

  async #setup(request: RtspRequest, url: RtspUrl, size: PictureSize): Promise<Answer> {
    const control = url.path.endsWith(`/${SOUND_TRACK}`) ? SOUND_TRACK : TRACK
    const known = this.#playback
    if (known && (known.media.has(control) || sessionOf(request) !== known.id)) return {status: 455}
    if (control === SOUND_TRACK && !this.#side.camera.spec.stream?.audio) return {status: 404}
    const outlet = await this.#firstOutlet(headerOf(request, 'Transport') ?? '')
    if (!outlet) return {status: 461}
    const player = this.#playerFor(control, size, outlet)
    const playback = this.#playback ?? {id: randomHex(8), url: withoutTrack(url), media: new Map()}
    playback.media.set(control, {outlet, player})
    this.#playback = playback
    // The client may have gone while the ports were being opened.
    if (!this.#open) this.#teardown()
    const transport = formatTransport({...outlet.transport, ssrc: player.ssrc})
    return {status: 200, headers: [['Transport', transport], ...sessionHeader(playback)]}
  }

  #playerFor(control: string, size: PictureSize, outlet: Outlet): MediumPlayer {
    const {camera, groupOf} = this.#side
    const {codec, audio} = camera.spec.stream ?? {}
    if (control === SOUND_TRACK && audio) return new SoundPlayer(camera, SOUNDS[audio], outlet)
    const way = faultyOutlet(outlet, camera.streamFault)
    const later = camera.streamFault === 'changes-size' ? groupOf(halfOf(size), codec) : undefined
    return new Player(camera, groupOf(size, codec), way, later)
  }

  async #firstOutlet(header: string): Promise<Outlet | null> {
    const {streamFault} = this.#side.camera
    const refused = streamFault === 'udp-only' ? 'tcp' : streamFault === 'tcp-only' ? 'udp' : undefined
    for (const choice of parseTransports(header)) {
      const outlet = choice.kind === refused ? null : await openOutlet(choice, this.#wire).catch(() => null)
      if (outlet) return outlet
    }
    return null
  }

  #play({media, url}: Playback): Answer {
    const info = [...media].map(([control, {player}]) => {
      const {sequence, timestamp} = player.next
      return `url=${formatRtspUrl(url).replace(/\/$/, '')}/${control};seq=${sequence};rtptime=${timestamp}`
    })
    for (const {player} of media.values()) void player.play(() => this.#isAlive())
    return {
      status: 200,
      headers: [
        ['Range', 'npt=0.000-'],
        ['RTP-Info', info.join(',')],
      ],
    }
  }

  #isAlive(): boolean {
    const alive = this.#side.camera.clock.now() - this.#heardAt < SESSION_TIMEOUT_S * 1_000
    if (!alive) this.#teardown()
    return alive
  }

  #inSession(request: RtspRequest, work: (playback: Playback) => Answer): Answer {
    const id = sessionOf(request)
    const playback = this.#playback
    // A keep-alive before SETUP names no session and is welcome.
    if (!playback && request.method === 'GET_PARAMETER' && !id) return {status: 200}
    if (!playback || id !== playback.id) return {status: 454}
    const answer = work(playback)
    return {...answer, headers: [...sessionHeader(playback), ...(answer.headers ?? [])]}
  }

  #teardown(): void {
    for (const {player, outlet} of this.#playback?.media.values() ?? []) {
      player.stop()
      outlet.close()
    }
    this.#playback = null
  }
}

function sessionOf(request: RtspRequest): string {
  const [id = ''] = (headerOf(request, 'Session') ?? '').split(';')
  return id.trim()
}

function withoutTrack(url: RtspUrl): RtspUrl {
  return {...url, path: url.path.replace(/\/trackID=\d+$/, '')}
}

function sessionHeader({id}: Playback): Header[] {
  return [['Session', `${id};timeout=${SESSION_TIMEOUT_S}`]]
}
