/**
 * One viewer and one camera, RTSP between them: the viewer asks without a password, the camera is asked with ours. Bytes
 * in, bytes out; no socket and no clock. The viewer never learns the camera's addresses, and reaches nothing but its stream.
 *
 *   viewer:  DESCRIBE rtsp://127.0.0.1:40001/3f…a9      →  camera: DESCRIBE rtsp://10.0.0.5/stream1, Authorization: …
 *   viewer:  SETUP    rtsp://127.0.0.1:40001/3f…a9/1    →  camera: SETUP the control address of its second medium
 *   '$' data goes through both ways (RFC 2326 §10.12); a 401 is answered here and never seen by the viewer
 */
import {isCitywatchError} from '../../lib/errors.ts'
import {
  decode,
  encode,
  type Header,
  headerOf,
  type RtspMessage,
  type RtspRequest,
  type RtspResponse,
} from '../../protocol/rtsp/message.ts'
import {formatTransport, parseTransports} from '../../protocol/rtsp/transport.ts'
import {formatRtspUrl, parseRtspUrl, type RtspUrl, resolveControl} from '../../protocol/rtsp/url.ts'
import {DeviceFailure} from '../failure.ts'
import type {RtspClientLogin} from '../rtsp/login.ts'
import {localDescription} from './local-description.ts'

export interface RelayOptions {
  /** The camera's stream. */
  readonly camera: RtspUrl
  /** Where the viewer asks: `rtsp://127.0.0.1:40001/3f…a9`. */
  readonly local: string
  readonly login: RtspClientLogin
}

interface Outgoing {
  toViewer: Uint8Array[]
  toCamera: Uint8Array[]
}

const METHODS = ['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY', 'PAUSE', 'GET_PARAMETER', 'SET_PARAMETER', 'TEARDOWN']
/** What goes through of a viewer's request, and of a camera's answer. Nothing that names an address or a login. */
const ASKED = ['accept', 'session', 'range', 'scale', 'speed', 'content-type']
const ANSWERED = ['session', 'public', 'range', 'scale', 'speed', 'content-type', 'cache-control']
/** Requests that may be under way at a time; a player sends one after the other. */
const MAX_PENDING = 16

export class Relay {
  /** Why it cannot go on; the connections are to be closed. */
  failure: DeviceFailure | undefined
  readonly #options: RelayOptions
  readonly #pending = new Map<string, RtspRequest>()
  readonly #out: Outgoing = {toViewer: [], toCamera: []}
  #fromViewer: Uint8Array = new Uint8Array()
  #fromCamera: Uint8Array = new Uint8Array()
  #cseq = 0
  #base: RtspUrl
  #controls: readonly (string | undefined)[] = []
  #sessionControl: string | undefined

  constructor(options: RelayOptions) {
    this.#options = options
    this.#base = options.camera
  }

  /** What is to be sent since the last call. */
  take(): Outgoing {
    return {toViewer: this.#out.toViewer.splice(0), toCamera: this.#out.toCamera.splice(0)}
  }

  viewer(bytes: Uint8Array): void {
    this.#fromViewer = this.#each(joined(this.#fromViewer, bytes), (message) => {
      if (message.kind === 'request') this.#asked(message)
      else if (message.kind === 'data') this.#out.toCamera.push(encode(message))
    })
  }

  camera(bytes: Uint8Array): void {
    this.#fromCamera = this.#each(joined(this.#fromCamera, bytes), (message) => {
      if (message.kind === 'response') this.#answered(message)
      else if (message.kind === 'data') this.#out.toViewer.push(encode(message))
      // A request of the camera's (ANNOUNCE, REDIRECT) is passed over: nobody is led elsewhere.
    })
  }

  #each(bytes: Uint8Array, take: (message: RtspMessage) => void): Uint8Array {
    let rest = bytes
    try {
      for (let next = decode(rest); next && !this.failure; next = decode(rest)) {
        rest = next.rest
        take(next.message)
      }
    } catch (error) {
      if (error instanceof DeviceFailure) this.failure = error
      else if (isCitywatchError(error, 'CW_PROTOCOL_REMOTE')) {
        this.failure = new DeviceFailure('rtsp-malformed', String(error.params.detail), {cause: error})
      } else throw error
    }
    return rest
  }

  #asked(request: RtspRequest): void {
    const url = this.#urlFor(request.uri)
    if (!url) this.#reply(request, 404, 'Not Found')
    else if (!METHODS.includes(request.method)) this.#reply(request, 405, 'Method Not Allowed')
    else if (request.method === 'SETUP' && !interleaved(request)) this.#reply(request, 461, 'Unsupported Transport')
    else if (this.#pending.size >= MAX_PENDING) this.#reply(request, 503, 'Service Unavailable')
    else this.#forward(request, url)
  }

  #forward(request: RtspRequest, url: RtspUrl): void {
    const uri = formatRtspUrl(url)
    this.#cseq += 1
    this.#pending.set(String(this.#cseq), request)
    const transport = request.method === 'SETUP' ? interleaved(request) : undefined
    const headers: Header[] = [
      ['CSeq', String(this.#cseq)],
      ['User-Agent', 'citywatch'],
      ...this.#options.login.headersFor(request.method, uri),
      ...passed(request, ASKED),
      ...(transport === undefined ? [] : ([['Transport', transport]] as Header[])),
    ]
    this.#out.toCamera.push(encode({kind: 'request', method: request.method, uri, headers, body: request.body}))
  }

  #answered(response: RtspResponse): void {
    const cseq = headerOf(response, 'CSeq') ?? ''
    const request = this.#pending.get(cseq)
    if (!request || response.status < 200) return
    this.#pending.delete(cseq)
    const {login} = this.#options
    if (response.status === 401) {
      login.challenged(response)
      const url = this.#urlFor(request.uri)
      if (url) this.#forward(request, url)
      return
    }
    if (response.status !== 403) login.accepted()
    const described = request.method === 'DESCRIBE' && response.status === 200
    const body = described ? this.#described(response) : response.body
    const headers: Header[] = [
      ...passed(response, ANSWERED),
      ...(described ? ([['Content-Base', `${this.#options.local}/`]] as Header[]) : []),
      ...transportOf(response),
    ]
    this.#reply(request, response.status, response.reason, headers, body)
  }

  /** The description with addresses of ours; those of the camera are remembered. */
  #described(response: RtspResponse): Uint8Array {
    const {text, controls, sessionControl} = localDescription(Buffer.from(response.body).toString('utf8'))
    const given = parseRtspUrl(headerOf(response, 'Content-Base') ?? headerOf(response, 'Content-Location') ?? '')
    const {camera} = this.#options
    // Only the path is taken: host and port stay those that we were sent to.
    this.#base = given ? {...camera, path: given.path} : camera
    this.#controls = controls
    this.#sessionControl = sessionControl
    return Buffer.from(text, 'utf8')
  }

  /** The camera's address for one of ours; undefined for any that is not ours. */
  #urlFor(uri: string): RtspUrl | undefined {
    const {local, camera} = this.#options
    if (uri === '*') return camera
    if (!uri.startsWith(local)) return undefined
    const [, digits] = /^\/?(\d{0,2})\/?$/.exec(uri.slice(local.length)) ?? []
    if (digits === undefined) return undefined
    if (digits !== '') {
      return Number(digits) < this.#controls.length
        ? resolveControl(this.#base, this.#controls[Number(digits)])
        : undefined
    }
    return this.#controls.length > 0 ? resolveControl(this.#base, this.#sessionControl) : camera
  }

  #reply(
    request: RtspRequest,
    status: number,
    reason: string,
    headers: readonly Header[] = [],
    body: Uint8Array = new Uint8Array(),
  ): void {
    const cseq: Header[] = [['CSeq', headerOf(request, 'CSeq') ?? '0']]
    this.#out.toViewer.push(encode({kind: 'response', status, reason, headers: [...cseq, ...headers], body}))
  }
}

function joined(before: Uint8Array, bytes: Uint8Array): Uint8Array {
  return before.length > 0 ? Buffer.concat([before, bytes]) : bytes
}

function passed(message: RtspRequest | RtspResponse, names: readonly string[]): Header[] {
  return message.headers.filter(([name]) => names.includes(name.toLowerCase()))
}

/** How the viewer wants its packets inside the connection; undefined for any other way. */
function interleaved(request: RtspRequest): string | undefined {
  const wish = parseTransports(headerOf(request, 'Transport') ?? '').find(({kind}) => kind === 'tcp')
  return wish?.interleaved && formatTransport({kind: 'tcp', interleaved: wish.interleaved})
}

function transportOf(response: RtspResponse): Header[] {
  const [given] = parseTransports(headerOf(response, 'Transport') ?? '')
  return given?.interleaved ? [['Transport', formatTransport({kind: 'tcp', interleaved: given.interleaved})]] : []
}
