/** The event service of a simulated camera: subscriptions that live for a time, pulls that wait, and its faults. */
import {type Element, textOf, wholeNumber} from '../../../protocol/soap/element.ts'
import {type Xml, xml} from '../../../protocol/soap/xml.ts'
import {writeNotice} from '../../../protocol/wsn/notification.ts'
import {EVENTS, timeLeft, WSA, WSNT} from '../../../protocol/wsn/subscription.ts'
import type {SimCamera} from '../camera.ts'
import {hostOf} from '../onvif/device.ts'
import {MAX_PULL_POINTS, type PullPoint} from './source.ts'

const SCHEMA = 'http://www.onvif.org/ver10/schema'
const TOPICS = 'http://www.onvif.org/ver10/topics'
/** What a subscriber gets that asks for no time, ms. */
const LIFETIME_MS = 60_000
const FORGETS_AFTER_MS = 5_000
/** Longest wait of a pull, ms, and most messages in one answer. */
const MAX_WAIT_MS = 60_000
const MAX_MESSAGES = 1_024

/** Path of a subscription: its number is in the query, as with real cameras. */
const SUBSCRIPTION_PATH = '/onvif/subscription'

/** Why the camera does not do it, as its SOAP fault says. */
export class EventFault extends Error {}

/** Throws EventFault, and RangeError for a value that the camera does not take. */
export function createPullPoint(camera: SimCamera, request: Element): Xml {
  return granted(camera, request, 'tev:CreatePullPointSubscriptionResponse').answer
}

/** A subscription of either kind, and the answer that says so. */
export function granted(camera: SimCamera, request: Element, name: string): {answer: Xml; point: PullPoint} {
  if (camera.eventFault === 'no-events') throw new EventFault('Optional Action Not Implemented')
  if (camera.eventFault === 'events-refused') throw new EventFault(`Maximum of ${MAX_PULL_POINTS} pull points reached`)
  const asked = textOf(request, 'InitialTerminationTime')
  const lifetimeMs = asked === undefined ? LIFETIME_MS : lifetimeOf(asked, camera)
  const point = camera.events.subscribe(camera.eventFault === 'events-expire' ? FORGETS_AFTER_MS : lifetimeMs)
  if (!point) throw new EventFault(`Maximum of ${MAX_PULL_POINTS} pull points reached`)
  const prefix = name.startsWith('tev') ? 'tev' : 'wsnt'
  const reference = xml`<${prefix}:SubscriptionReference><wsa:Address>${addressOf(camera, point)}</wsa:Address></${prefix}:SubscriptionReference>`
  return {answer: answer(name, xml`${reference}${times(camera, lifetimeMs, 'wsnt')}`), point}
}

export async function pullMessages(camera: SimCamera, request: Element, path: string): Promise<Xml> {
  const point = pointAt(camera, path)
  const waitMs = Math.min(MAX_WAIT_MS, timeLeft(textOf(request, 'Timeout') ?? '', camera.now()) ?? 0)
  const limit = Math.min(MAX_MESSAGES, wholeNumber(textOf(request, 'MessageLimit')) ?? MAX_MESSAGES)
  if (camera.eventFault === 'events-flood') flood(camera, point, limit)
  const notices = await camera.events.take(point, camera.eventFault === 'events-hasty' ? 0 : waitMs, limit)
  if (!camera.events.point(point.id)) throw new EventFault('The subscription has ended')
  const messages = notices.map((notice) => writeNotice(notice, addressOf(camera, point)))
  const left = point.endsAt - camera.clock.now()
  return answer('tev:PullMessagesResponse', xml`${times(camera, left, 'tev')}${messages}`)
}

export function renew(camera: SimCamera, request: Element, path: string): Xml {
  const point = pointAt(camera, path)
  const asked = textOf(request, 'TerminationTime') ?? ''
  if (camera.eventFault === 'events-no-renew') throw new EventFault('Renew is not implemented')
  if (camera.eventFault === 'events-absolute' && asked.startsWith('P')) throw new EventFault('No such time')
  const lifetimeMs = lifetimeOf(asked, camera)
  camera.events.renew(point, lifetimeMs)
  return answer('wsnt:RenewResponse', times(camera, lifetimeMs, 'wsnt'))
}

export function synchronize(camera: SimCamera, _request: Element, path: string): Xml {
  camera.events.synchronize(pointAt(camera, path))
  return answer('tev:SetSynchronizationPointResponse', [])
}

export function unsubscribe(camera: SimCamera, _request: Element, path: string): Xml {
  camera.events.end(pointAt(camera, path))
  return answer('wsnt:UnsubscribeResponse', [])
}

export function eventProperties(): Xml {
  const leaf = (name: string) => xml`<${name} wstop:topic="true"/>`
  const topics = [
    xml`<tns1:RuleEngine><CellMotionDetector>${leaf('Motion')}</CellMotionDetector></tns1:RuleEngine>`,
    xml`<tns1:VideoSource><GlobalSceneChange>${leaf('ImagingService')}</GlobalSceneChange>${leaf('SignalLoss')}</tns1:VideoSource>`,
    xml`<tns1:Device><Trigger>${leaf('DigitalInput')}</Trigger></tns1:Device>`,
  ]
  const set = xml`<wstop:TopicSet xmlns:wstop="http://docs.oasis-open.org/wsn/t-1" xmlns:tns1="${TOPICS}">${topics}</wstop:TopicSet>`
  return answer(
    'tev:GetEventPropertiesResponse',
    xml`<tev:TopicNamespaceLocation>http://www.onvif.org/onvif/ver10/topics/topicns.xml</tev:TopicNamespaceLocation><wsnt:FixedTopicSet>true</wsnt:FixedTopicSet>${set}`,
  )
}

export function serviceCapabilities(_camera: SimCamera, _request: Element, path: string): Xml {
  if (!path.startsWith('/onvif/event')) throw new EventFault('Optional Action Not Implemented')
  return answer(
    'tev:GetServiceCapabilitiesResponse',
    xml`<tev:Capabilities WSSubscriptionPolicySupport="false" WSPullPointSupport="true" MaxPullPoints="${MAX_PULL_POINTS}"/>`,
  )
}

export function answer(name: string, inside: Xml | readonly Xml[]): Xml {
  return xml`<${name} xmlns:tev="${EVENTS}" xmlns:wsnt="${WSNT}" xmlns:wsa="${WSA}" xmlns:tt="${SCHEMA}" xmlns:tns1="${TOPICS}">${inside}</${name}>`
}

function times(camera: SimCamera, lifetimeMs: number, prefix: 'tev' | 'wsnt'): Xml {
  const now = camera.now()
  const at = (name: string, ms: number) => xml`<${prefix}:${name}>${new Date(ms).toISOString()}</${prefix}:${name}>`
  return xml`${at('CurrentTime', now)}${at('TerminationTime', now + lifetimeMs)}`
}

function lifetimeOf(text: string, camera: SimCamera): number {
  const lifetimeMs = timeLeft(text, camera.now())
  if (lifetimeMs === undefined || lifetimeMs <= 0) throw new RangeError('no such time')
  return lifetimeMs
}

function pointAt(camera: SimCamera, path: string): PullPoint {
  const id = wholeNumber(new URL(path, 'http://camera').searchParams.get('id') ?? undefined)
  const point = id === undefined ? undefined : camera.events.point(id)
  if (!point) throw new EventFault('No such subscription')
  return point
}

export function addressOf(camera: SimCamera, {id}: PullPoint): string {
  return `http://${hostOf(camera)}:${camera.httpPort}${SUBSCRIPTION_PATH}?id=${id}`
}

/** As many messages as it may, most of them about nothing that changed. */
function flood(camera: SimCamera, point: PullPoint, limit: number): void {
  while (point.queue.length < limit) camera.events.synchronize(point)
}
