/** Answers of a camera's event service, spoiled: notices, grants and the times of both. */
import {stateOf} from '../../../src/camera/onvif/event-topics.ts'
import {safeText} from '../../../src/lib/safe-text.ts'
import {readEnvelope, writeEnvelope} from '../../../src/protocol/soap/envelope.ts'
import {Xml} from '../../../src/protocol/soap/xml.ts'
import {MAX_NOTICES, noticesOf, writeNotice} from '../../../src/protocol/wsn/notification.ts'
import {grantOf, lifetimeOf, renew, timeLeft} from '../../../src/protocol/wsn/subscription.ts'
import {type Dice, maybeSpoiled, mustBeFinite, mustBeSafe, pick, REFUSED, valueOrRefusal} from '../hostile.ts'
import {XML_PIECES} from './soap.ts'

const TOPICS = [
  'RuleEngine/CellMotionDetector/Motion',
  'VideoSource/GlobalSceneChange/x',
  'Device/Trigger/DigitalInput',
  '',
  '/',
  'a:b:c',
  'x'.repeat(999),
  '\u202e',
  'VideoSource/SignalLoss',
]
const NAMES = ['IsMotion', 'State', '', '__proto__', 'x'.repeat(99)]
const VALUES = ['true', 'false', '1', '0', '', 'On', '\u202e', '门', 'x'.repeat(999)]
const TIMES = [
  '2026-11-26T00:00:00Z',
  '',
  '+275760-09-13T00:00:00Z',
  '-271821-04-20T00:00:00Z',
  '1970-01-01T00:00:00',
  '0000',
  'PT60S',
  'PT',
  'P99999D',
  'PT999999999S',
  '9999-12-31T23:59:59.999Z',
  '2026',
  'Thu',
]
const ADDRESSES = ['http://10.0.0.5/onvif/events?sub=1', '', '//x', 'x'.repeat(5_000), 'http://u:p@h/', '\u0000']
const LIFETIME_MS = 120_000

export function askWsn(dice: Dice): string {
  const written = Buffer.from(writeEnvelope({body: new Xml(dice(2) === 0 ? pulled(dice) : granted(dice))}))
  const body = dice(2) === 0 ? written : maybeSpoiled(written, dice, XML_PIECES)
  timeLeft(pick(TIMES, dice), Date.UTC(2026, 10, 26))
  const envelope = valueOrRefusal(() => readEnvelope(body))
  if (envelope === REFUSED || !envelope.content) return 'refused'
  const {notices, passedOver} = noticesOf(envelope.content)
  if (notices.length > MAX_NOTICES || passedOver < 0)
    throw new Error(`${notices.length} notices, ${passedOver} passed over`)
  for (const notice of notices) {
    mustBeSafe([notice.topic, ...[...notice.source, ...notice.data].flatMap(({name, value}) => [name, value])])
    const state = stateOf(notice)
    mustBeSafe([state?.source, state?.topic])
    mustBeFinite({at: notice.at})
  }
  mustBeFinite({...lifetimeOf(envelope.content)})
  const grant = grantOf(envelope.content)
  if (!grant) return notices.length > 0 ? 'notices' : 'nothing'
  mustBeFinite({lifetimeMs: grant.lifetimeMs, deviceNow: grant.deviceNow})
  mustBeSafe([grant.subscriptionId])
  if (grant.deviceNow !== undefined) renew({at: grant.deviceNow + LIFETIME_MS})
  return 'granted'
}

function pulled(dice: Dice): string {
  const items = () =>
    Array.from({length: dice(3)}, () => ({name: safeText(pick(NAMES, dice)), value: safeText(pick(VALUES, dice))}))
  const notice = () => {
    const operation = pick([undefined, 'Initialized', 'Changed', 'Deleted'] as const, dice)
    return writeNotice(
      {
        topic: safeText(pick(TOPICS, dice)),
        ...(operation ? {operation} : {}),
        at: dice(2 ** 31) * 1_000,
        source: items(),
        data: items(),
      },
      'http://10.0.0.5/',
    )
  }
  const all = Array.from({length: dice(200) === 0 ? dice(1_200) : dice(4)}, () => notice().text)
  return `<PullMessagesResponse>${times(dice)}${all.join('')}</PullMessagesResponse>`
}

function granted(dice: Dice): string {
  return `<CreatePullPointSubscriptionResponse><SubscriptionReference><Address>${pick(ADDRESSES, dice)}</Address><ReferenceParameters><SubscriptionId>${pick(VALUES, dice)}</SubscriptionId></ReferenceParameters></SubscriptionReference>${times(dice)}</CreatePullPointSubscriptionResponse>`
}

function times(dice: Dice): string {
  return `<CurrentTime>${pick(TIMES, dice)}</CurrentTime><TerminationTime>${pick(TIMES, dice)}</TerminationTime>`
}
