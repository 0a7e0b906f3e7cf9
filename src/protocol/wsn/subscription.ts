/**
 * The life of a pull point, both sides (ONVIF Core, real-time pull-point notification; WS-BaseNotification 1.3).
 *
 *   CreatePullPointSubscription → an address, and until when it lives
 *   Subscribe → the same, and messages are pushed to the address that it names
 *   PullMessages at that address: waits until there is something, or for Timeout · Renew · SetSynchronizationPoint · Unsubscribe
 */
import {safeText} from '../../lib/safe-text.ts'
import {childOf, type Element, instant, textOf} from '../soap/element.ts'
import {type Xml, xml} from '../soap/xml.ts'

export const WSA = 'http://www.w3.org/2005/08/addressing'
export const WSNT = 'http://docs.oasis-open.org/wsn/b-2'
export const EVENTS = 'http://www.onvif.org/ver10/events/wsdl'
const MANAGER = 'http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager'
const PRODUCER = 'http://docs.oasis-open.org/wsn/bw-2/NotificationProducer'
const AXIS = 'http://www.axis.com/2009/event'

/** What a pull point can be asked, by the name of the element. */
export type PullPointRequest =
  | 'CreatePullPointSubscription'
  | 'Subscribe'
  | 'PullMessages'
  | 'SetSynchronizationPoint'
  | 'Renew'
  | 'Unsubscribe'

/** SOAP actions of the requests. */
export const ACTIONS: Readonly<Record<PullPointRequest, string>> = {
  CreatePullPointSubscription: `${EVENTS}/EventPortType/CreatePullPointSubscriptionRequest`,
  Subscribe: `${PRODUCER}/SubscribeRequest`,
  PullMessages: `${EVENTS}/PullPointSubscription/PullMessagesRequest`,
  SetSynchronizationPoint: `${EVENTS}/PullPointSubscription/SetSynchronizationPointRequest`,
  Renew: `${MANAGER}/RenewRequest`,
  Unsubscribe: `${MANAGER}/UnsubscribeRequest`,
}

/** What a device granted. */
export interface Grant {
  /** As it wrote it; may name another host. */
  readonly address: string
  /** Reference parameter that Axis wants back in every header; absent with everybody else. */
  readonly subscriptionId?: string
  /** Ms from now on; absent when the device names no times, or one that is past already. */
  readonly lifetimeMs?: number
  /** The device's own time, ms since the epoch; absent when it does not tell. */
  readonly deviceNow?: number
}

/** Undefined when the answer names no address. */
export function grantOf(answer: Element): Grant | undefined {
  const reference = childOf(answer, 'SubscriptionReference')
  const address = textOf(reference, 'Address')
  if (address === undefined) return undefined
  const subscriptionId = textOf(reference, 'ReferenceParameters', 'SubscriptionId')
  return {
    address: address.slice(0, 1_024),
    ...(subscriptionId === undefined ? {} : {subscriptionId: safeText(subscriptionId, 128)}),
    ...lifetimeOf(answer),
  }
}

/** CurrentTime and TerminationTime of any answer of a pull point. */
export function lifetimeOf(answer: Element): Pick<Grant, 'lifetimeMs' | 'deviceNow'> {
  const now = instant(textOf(answer, 'CurrentTime'))
  const end = instant(textOf(answer, 'TerminationTime'))
  const lifetimeMs = now === undefined || end === undefined ? 0 : end - now
  return {
    ...(now === undefined ? {} : {deviceNow: now}),
    ...(lifetimeMs > 0 ? {lifetimeMs} : {}),
  }
}

export function createPullPoint(lifetimeMs: number): Xml {
  return xml`<CreatePullPointSubscription xmlns="${EVENTS}"><InitialTerminationTime>${durationOf(lifetimeMs)}</InitialTerminationTime></CreatePullPointSubscription>`
}

/** To be pushed to: `consumer` is an address of ours (WS-BaseNotification 1.3). */
export function subscribe(consumer: string, lifetimeMs: number): Xml {
  const reference = xml`<ConsumerReference><wsa:Address xmlns:wsa="${WSA}">${consumer}</wsa:Address></ConsumerReference>`
  return xml`<Subscribe xmlns="${WSNT}">${reference}<InitialTerminationTime>${durationOf(lifetimeMs)}</InitialTerminationTime></Subscribe>`
}

export function pullMessages(timeoutMs: number, limit: number): Xml {
  return xml`<PullMessages xmlns="${EVENTS}"><Timeout>${durationOf(timeoutMs)}</Timeout><MessageLimit>${limit}</MessageLimit></PullMessages>`
}

export function setSynchronizationPoint(): Xml {
  return xml`<SetSynchronizationPoint xmlns="${EVENTS}"/>`
}

/** `until`: a length of time in ms, or a moment of the device's clock. Devices take the one, the other, or both. */
export function renew(until: {readonly forMs: number} | {readonly at: number}): Xml {
  const text = 'forMs' in until ? durationOf(until.forMs) : new Date(until.at).toISOString()
  return xml`<Renew xmlns="${WSNT}"><TerminationTime>${text}</TerminationTime></Renew>`
}

export function unsubscribe(): Xml {
  return xml`<Unsubscribe xmlns="${WSNT}"/>`
}

/** The header that says which pull point is meant. */
export function addressing(request: PullPointRequest, to: string, messageId: string, subscriptionId?: string): Xml {
  const reference =
    subscriptionId === undefined
      ? undefined
      : xml`<SubscriptionId xmlns="${AXIS}" xmlns:wsa="${WSA}" wsa:IsReferenceParameter="true">${subscriptionId}</SubscriptionId>`
  return xml`<wsa:Action xmlns:wsa="${WSA}">${ACTIONS[request]}</wsa:Action><wsa:MessageID xmlns:wsa="${WSA}">${messageId}</wsa:MessageID><wsa:To xmlns:wsa="${WSA}">${to}</wsa:To>${reference}`
}

/** `PT60S`, `PT0.5S`: an XML Schema duration. */
function durationOf(ms: number): string {
  return `PT${ms / 1_000}S`
}

const DURATION = /^P(?:(\d{1,4})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?$/

/** Ms of a duration, or until a moment when `now` is the device's time; undefined for anything else. */
export function timeLeft(text: string, now: number): number | undefined {
  const parts = DURATION.exec(text.trim())
  if (parts && text.trim().length > 2) {
    const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0))
    return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000
  }
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : at - now
}
