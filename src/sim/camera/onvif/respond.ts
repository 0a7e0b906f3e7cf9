/** Answers one HTTP request to a simulated camera: reads it, asks for the login, does it, and plays the camera's fault. */
import type {IncomingMessage, ServerResponse} from 'node:http'
import type {Element} from '../../../protocol/soap/element.ts'
import {type Envelope, readEnvelope, writeEnvelope} from '../../../protocol/soap/envelope.ts'
import {writeFault} from '../../../protocol/soap/fault.ts'
import type {Xml} from '../../../protocol/soap/xml.ts'
import type {SimCamera} from '../camera.ts'
import {EventFault} from '../events/service.ts'
import {type Action, actionOf} from './actions.ts'
import type {CameraLogin} from './login.ts'
import {monsterOf, pour} from './monsters.ts'
import {snapshotAt} from './snapshot.ts'

const MAX_REQUEST_BYTES = 1024 * 1024
const DRIP_MS = 300
/** How long a camera that restarts again and again is away, ms. */
const REBOOT_MS = 60_000
const WEB_PAGE = '<!DOCTYPE html><html><head><title>Network Camera</title></head><body>Login</body></html>\n'

const NOT_ACTIVATED =
  '<?xml version="1.0"?><ResponseStatus><statusCode>4</statusCode><statusString>Invalid Operation</statusString><subStatusCode>notActivated</subStatusCode></ResponseStatus>\n'

interface Reply {
  readonly status: number
  readonly type: 'application/soap+xml; charset=utf-8' | 'text/html' | 'application/xml' | 'image/jpeg'
  readonly body: string | Buffer
  readonly challenges?: readonly string[]
  /** The answer ends in its middle. */
  readonly isBroken?: boolean
  /** The connection ends instead. */
  readonly isCut?: boolean
}

/** Rejects when the client sends too much or goes away. */
export async function answerRequest(
  login: CameraLogin,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await bodyOf(request)
  const reply = login.camera.has('not-onvif') ? page(200) : await replyTo(login, request, body)
  if (reply.isCut) return void request.socket.destroy()
  const monster = monsterOf(login.camera)
  if (monster) return pour(response, monster)
  const isBroken = login.camera.has('broken-xml') || reply.isBroken
  const whole = Buffer.from(reply.body)
  const bytes = isBroken ? whole.subarray(0, whole.length / 2) : whole
  response.writeHead(reply.status, {
    'content-type': reply.type,
    'content-length': bytes.length,
    date: new Date(login.camera.now()).toUTCString(),
    ...(reply.challenges?.length ? {'www-authenticate': [...reply.challenges]} : {}),
  })
  if (login.camera.has('slow-drip')) await drip(response, bytes)
  response.end(login.camera.has('slow-drip') ? undefined : bytes)
}

async function replyTo(login: CameraLogin, request: IncomingMessage, body: Buffer): Promise<Reply> {
  if (request.method !== 'POST') return pageOf(login, request)
  const envelope = envelopeOf(body)
  if (!envelope?.content) return soap(400, writeFault('Sender', ['WellFormed'], 'Not a SOAP request'))
  const {content, header} = envelope
  const {camera} = login
  camera.record(content.name)
  const action = actionOf(content.name)
  if (!action) return soap(500, writeFault('Receiver', ['ActionNotSupported'], `No such operation: ${content.name}`))
  const isOpen = action.open || camera.isWeak('onvif-open')
  if (!isOpen || camera.has('hidden-clock')) {
    const judgement = login.judge(request.headers.authorization, 'POST', header)
    if (!judgement.ok) return denied(judgement.reason, judgement.challenges)
  }
  if (content.name === 'GetDeviceInformation') {
    if (camera.has('no-rights')) return soap(400, writeFault('Sender', ['OperationProhibited'], 'Operators only'))
    if (camera.has('reboots')) camera.reboot(REBOOT_MS)
  }
  const reply = await perform(action, login, content, request.url ?? '')
  return content.name === 'PullMessages' ? {...reply, ...sicknessOf(camera)} : reply
}

async function perform(action: Action, {camera}: CameraLogin, content: Element, path: string): Promise<Reply> {
  try {
    return soap(200, await action.perform(camera, content, path))
  } catch (error) {
    if (error instanceof EventFault) return soap(500, writeFault('Receiver', ['ActionFailed'], error.message))
    if (!(error instanceof RangeError)) throw error
    return soap(400, writeFault('Sender', ['InvalidArgVal'], error.message))
  }
}

/** What happens to the answers of pulls. */
function sicknessOf({eventFault, events}: SimCamera): Pick<Reply, 'isBroken' | 'isCut'> {
  if (eventFault === 'events-broken-xml') return {isBroken: true}
  return eventFault === 'events-cut' && events.pulls % 2 === 0 ? {isCut: true} : {}
}

function denied(reason: string, challenges: readonly string[]): Reply {
  const fault = soap(challenges.length > 0 ? 401 : 400, writeFault('Sender', ['NotAuthorized'], reason))
  return {...fault, challenges}
}

function soap(status: number, body: Xml): Reply {
  return {status, type: 'application/soap+xml; charset=utf-8', body: writeEnvelope({body})}
}

/** Pictures, and what says that it was never activated; other pages it does not have. */
function pageOf(login: CameraLogin, {url = '', headers}: IncomingMessage): Reply {
  const {camera} = login
  if (camera.isWeak('factory-state') && url === '/ISAPI/System/deviceInfo')
    return {status: 403, type: 'application/xml', body: NOT_ACTIVATED}
  const file = snapshotAt(url, camera)
  if (!file) return page(404)
  camera.record('GET')
  const judgement = login.judge(headers.authorization, 'GET', undefined)
  if (!judgement.ok && !camera.isWeak('snapshot-open')) return {...page(401), challenges: judgement.challenges}
  return {status: 200, type: 'image/jpeg', body: file}
}

function page(status: number): Reply {
  return {status, type: 'text/html', body: WEB_PAGE}
}

function envelopeOf(body: Buffer): Envelope | undefined {
  try {
    return readEnvelope(body)
  } catch {
    return undefined
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > MAX_REQUEST_BYTES) throw new RangeError('request too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** One byte after the other until all are sent or the client has gone. */
function drip(response: ServerResponse, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    let sent = 0
    const timer = setInterval(() => {
      if (sent >= bytes.length) stop()
      else response.write(bytes.subarray(sent, ++sent))
    }, DRIP_MS)
    const stop = () => {
      clearInterval(timer)
      resolve()
    }
    response.once('close', stop)
  })
}
