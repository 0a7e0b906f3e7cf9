import fc from 'fast-check'
import {expect, test} from 'vitest'
import {safeText} from '../../../src/lib/safe-text.ts'
import type {Element} from '../../../src/protocol/soap/element.ts'
import {readEnvelope, writeEnvelope} from '../../../src/protocol/soap/envelope.ts'
import {parseXml} from '../../../src/protocol/soap/parse-xml.ts'
import {xml} from '../../../src/protocol/soap/xml.ts'
import {MAX_NOTICES, type Notice, noticesOf, writeNotice} from '../../../src/protocol/wsn/notification.ts'
import {grantOf, lifetimeOf, timeLeft} from '../../../src/protocol/wsn/subscription.ts'

const element = (text: string): Element => parseXml(Buffer.from(text))
const answer = (inside: string) => element(`<PullMessagesResponse>${inside}</PullMessagesResponse>`)
const item = (name: string, value: string) => ({name: safeText(name), value: safeText(value)})

/** As cameras of several makers write it. */
const SEEN: readonly (readonly [who: string, text: string, notice: Notice])[] = [
  [
    'prefixes everywhere',
    `<wsnt:NotificationMessage><wsnt:Topic Dialect="x">tns1:VideoSource/MotionAlarm</wsnt:Topic><wsnt:Message><tt:Message UtcTime="2026-05-04T12:00:00Z" PropertyOperation="Changed"><tt:Source><tt:SimpleItem Name="Source" Value="vs1"/></tt:Source><tt:Data><tt:SimpleItem Name="State" Value="1"/></tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>`,
    {
      topic: safeText('VideoSource/MotionAlarm'),
      operation: 'Changed',
      at: Date.UTC(2026, 4, 4, 12),
      source: [item('Source', 'vs1')],
      data: [item('State', '1')],
    },
  ],
  [
    'no namespaces, a prefix in every name of the topic, a time that is none',
    `<NotificationMessage><Topic>tns1:RuleEngine/tnsx:VMD3/tnsx:area_1</Topic><Message><Message UtcTime="soon"><Data><SimpleItem Name="active" Value="true"/></Data></Message></Message></NotificationMessage>`,
    {topic: safeText('RuleEngine/VMD3/area_1'), source: [], data: [item('active', 'true')]},
  ],
  [
    'the message without its envelope, and text that would move a cursor',
    `<NotificationMessage><Topic> tns1:Device/Trigger/DigitalInput </Topic><Message PropertyOperation="Initialized"><Source><SimpleItem Name="InputToken" Value="a&#x202E;b"/></Source></Message></NotificationMessage>`,
    {
      topic: safeText('Device/Trigger/DigitalInput'),
      operation: 'Initialized',
      source: [item('InputToken', 'ab')],
      data: [],
    },
  ],
]

test.each(SEEN)('a message with %s', (_who, text, notice) => {
  expect(noticesOf(answer(text))).toEqual({notices: [notice], passedOver: 0})
})

test('messages without a topic, and more than fit, are counted and passed over', () => {
  const one = '<NotificationMessage><Topic>a</Topic></NotificationMessage>'
  expect(noticesOf(answer(`<NotificationMessage/>${one}`))).toMatchObject({passedOver: 1})
  const many = noticesOf(answer(one.repeat(MAX_NOTICES + 10)))
  expect([many.notices.length, many.passedOver]).toEqual([MAX_NOTICES, 10])
  expect(noticesOf(answer(''))).toEqual({notices: [], passedOver: 0})
})

const text = fc
  .string({unit: 'binary', maxLength: 40})
  .map((raw) => safeText(raw.trim(), 60))
  .filter((kept) => kept.trim() === kept)
const items = fc.array(fc.record({name: text, value: text}), {maxLength: 4})
const topic = fc
  .array(fc.stringMatching(/^[A-Za-z]\w{0,12}$/), {minLength: 1, maxLength: 5})
  .map((names) => safeText(names.join('/')))

test('what is written is read back as it was', () => {
  fc.assert(
    fc.property(
      fc.record({
        topic,
        operation: fc.constantFrom('Initialized', 'Changed', 'Deleted'),
        at: fc.integer({min: 0, max: 4e12}),
        source: items,
        data: items,
      }) as fc.Arbitrary<Notice & {readonly at: number}>,
      (notice) => {
        const body = xml`<PullMessagesResponse xmlns:wsnt="w" xmlns:wsa="a" xmlns:tt="t">${writeNotice(notice, 'http://a/b?c=1')}</PullMessagesResponse>`
        const {content} = readEnvelope(Buffer.from(writeEnvelope({body})))
        expect(noticesOf(content!).notices).toEqual([notice])
      },
    ),
  )
})

test.each([
  ['PT2M', 120_000],
  ['PT0.5S', 500],
  ['P1DT1H', 25 * 3_600_000],
  ['2026-05-04T12:00:10Z', 10_000],
  ['2026-05-04T11:00:00Z', -3_600_000],
  ['P', undefined],
  ['PT', undefined],
  ['soon', undefined],
  ['', undefined],
])('time left of %j: %s ms', (text, ms) => expect(timeLeft(text, Date.UTC(2026, 4, 4, 12))).toBe(ms))

test.each([
  ['a length of life by its own clock', '2026-05-04T12:00:00Z', '2026-05-04T12:02:00Z', {lifetimeMs: 120_000}],
  ['an end that is past already', '2026-05-04T12:00:00Z', '2026-05-04T12:00:00Z', {}],
])('a grant with %s', (_what, now, end, expected) => {
  const times = `<CurrentTime>${now}</CurrentTime><TerminationTime>${end}</TerminationTime>`
  const reference = `<SubscriptionReference><Address> http://192.168.1.64/sub?id=7 </Address><ReferenceParameters><dom0:SubscriptionId>42</dom0:SubscriptionId></ReferenceParameters></SubscriptionReference>`
  expect(grantOf(element(`<R>${reference}${times}</R>`))).toEqual({
    address: 'http://192.168.1.64/sub?id=7',
    subscriptionId: '42',
    deviceNow: Date.parse(now),
    ...expected,
  })
})

test('an answer without an address grants nothing; one without times says none', () => {
  expect(grantOf(element('<R><SubscriptionReference/></R>'))).toBeUndefined()
  expect(lifetimeOf(element('<R><CurrentTime>now</CurrentTime></R>'))).toEqual({})
})
