/**
 * What a device tells of itself in a WS-BaseNotification message, as ONVIF uses it (ONVIF Core, event handling).
 *
 *   <NotificationMessage>
 *     <Topic>tns1:VideoSource/MotionAlarm</Topic>
 *     <Message><tt:Message UtcTime="…" PropertyOperation="Initialized | Changed | Deleted">
 *       <Source><SimpleItem Name="Source" Value="video_1"/></Source>     which of its parts
 *       <Data><SimpleItem Name="State" Value="true"/></Data>             what that part is now
 *     </tt:Message></Message>
 *   </NotificationMessage>
 */
import {type SafeText, safeText} from '../../lib/safe-text.ts'
import {childOf, childrenOf, type Element, instant, textOf} from '../soap/element.ts'
import {type Xml, xml} from '../soap/xml.ts'

/** Messages taken from one answer; what a device sends beyond is counted and passed over. */
export const MAX_NOTICES = 1_024
/** Source or data items taken of one message. */
const MAX_ITEMS = 16
const MAX_TOPIC = 200
const MAX_ITEM_NAME = 64
const MAX_VALUE = 200

export interface Item {
  readonly name: SafeText
  /** As the device wrote it: `true` and `1` stay what they are. */
  readonly value: SafeText
}

export interface Notice {
  /** Path without prefixes: `RuleEngine/CellMotionDetector/Motion`. */
  readonly topic: SafeText
  /** Absent for what happens at one moment and is no state. */
  readonly operation?: 'Initialized' | 'Changed' | 'Deleted'
  /** By the device's clock, ms since the epoch, UTC; absent when it names none that can be read. */
  readonly at?: number
  readonly source: readonly Item[]
  readonly data: readonly Item[]
}

export interface Notices {
  readonly notices: readonly Notice[]
  /** Messages that were not taken: too many, or without a topic. */
  readonly passedOver: number
}

/** The messages of a PullMessagesResponse or a Notify, leniently by local names. Never throws. */
export function noticesOf(answer: Element): Notices {
  const all = childrenOf(answer, 'NotificationMessage')
  const notices = all.slice(0, MAX_NOTICES).flatMap((message) => noticeOf(message) ?? [])
  return {notices, passedOver: all.length - notices.length}
}

function noticeOf(notification: Element): Notice | undefined {
  const topic = bare(textOf(notification, 'Topic') ?? '')
  if (topic === '') return undefined
  const message = childOf(notification, 'Message', 'Message') ?? childOf(notification, 'Message')
  const operation = OPERATIONS.find((name) => name === message?.attributes.get('PropertyOperation'))
  const at = instant(message?.attributes.get('UtcTime'))
  return {
    topic,
    ...(operation ? {operation} : {}),
    ...(at === undefined ? {} : {at}),
    source: itemsOf(childOf(message, 'Source')),
    data: itemsOf(childOf(message, 'Data')),
  }
}

const OPERATIONS = ['Initialized', 'Changed', 'Deleted'] as const

/** Devices prefix the first name or every one, and disagree about the prefixes. */
function bare(topic: string): SafeText {
  const path = topic
    .slice(0, MAX_TOPIC * 4)
    .split('/')
    .map((name) => name.slice(name.lastIndexOf(':') + 1).trim())
    .join('/')
  return safeText(path, MAX_TOPIC)
}

function itemsOf(parent: Element | undefined): Item[] {
  return childrenOf(parent, 'SimpleItem')
    .slice(0, MAX_ITEMS)
    .map(({attributes}) => ({
      name: safeText(attributes.get('Name') ?? '', MAX_ITEM_NAME),
      value: safeText(attributes.get('Value') ?? '', MAX_VALUE),
    }))
}

/** One message as a device sends it; `at` in ms since the epoch. `subscription` is its own address. */
export function writeNotice(notice: Notice & {readonly at: number}, subscription: string): Xml {
  const {topic, operation, at, source, data} = notice
  const items = (list: readonly Item[]) =>
    list.map(({name, value}) => xml`<tt:SimpleItem Name="${name}" Value="${value}"/>`)
  const attribute = operation === undefined ? undefined : xml` PropertyOperation="${operation}"`
  return xml`<wsnt:NotificationMessage><wsnt:SubscriptionReference><wsa:Address>${subscription}</wsa:Address></wsnt:SubscriptionReference><wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">tns1:${topic}</wsnt:Topic><wsnt:Message><tt:Message UtcTime="${new Date(at).toISOString()}"${attribute}><tt:Source>${items(source)}</tt:Source><tt:Data>${items(data)}</tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>`
}
