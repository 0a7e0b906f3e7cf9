import {describe, expect, test} from 'vitest'
import {testExit} from '../../../src/cli/panel-test.ts'
import {serveReceiver} from '../../../src/panel/receiver.ts'
import {memorySequence} from '../../../src/panel/sequence.ts'
import {parseTimestamp} from '../../../src/protocol/dc09/timestamp.ts'
import {frameOf} from '../../support/dc09.ts'
import {found, judge, keyed, notJudged, PATIENCE_MS, ruleOf} from './judge.ts'
import {
  type Asked,
  ack,
  asIs,
  clock,
  hasWrongCrc,
  KEY_TEXT,
  key,
  knows,
  nak,
  openingOf,
  otherKey,
  receiverThat,
  type Spoil,
  sealedAck,
} from './receivers.ts'

const faultOf = (asked: Asked) => {
  const opening = openingOf(asked)
  return opening && !opening.frame ? opening.fault.rule : undefined
}
const isOld = (asked: Asked) => {
  const time = openingOf(asked)?.frame?.timestamp
  return time !== undefined && clock.now() - (parseTimestamp(time) ?? 0) > 300_000
}
const isClear = ({text, account}: Asked) => account === 'C0DE' && !text.includes('"*')
const isSealed = ({text}: Asked) => text.includes('"*')
const tells = ({seq, account}: Asked, what: string) => frameOf(`"ACK"${seq}L0#${account}[${what}]`).toString('latin1')
const mine = {account: '1234', keyed: {...keyed, account: '1234'}}
const own = (account: string) => (account === '1234' ? key : undefined)

describe.concurrent('suite with a key: our own receiver', {timeout: PATIENCE_MS}, () => {
  test.for(['tcp', 'udp'] as const)(
    'keeps every rule of a keyed account beside one in clear over %s',
    async (transport, {onTestFinished}) => {
      const keys = (account: string) => (account === 'C0DE' ? key : undefined)
      const receiver = await serveReceiver({
        host: '127.0.0.1',
        port: 0,
        clock,
        knows,
        keys,
        accept: async () => 'stored',
      })
      onTestFinished(() => receiver.close())
      const report = await judge(receiver.port, {transport, keyed})
      expect(found(report)).toEqual([])
      expect(notJudged(report)).toEqual(transport === 'tcp' ? [] : ['7', '8a', '8b'])
      expect(ruleOf(report, 'K1')?.detail).toBe(`ACK: AES-128, key ${key.fingerprint}`)
      expect([report.keyedAccount, report.key, testExit(report)]).toEqual(['C0DE', key.fingerprint, 0])
      expect(JSON.stringify(report)).not.toContain(KEY_TEXT)
    },
  )

  test.for(['tcp', 'udp'] as const)(
    'keeps every rule when everything goes encrypted over %s',
    async (transport, {onTestFinished}) => {
      const receiver = await serveReceiver({
        host: '127.0.0.1',
        port: 0,
        clock,
        knows,
        keys: own,
        accept: async () => 'stored',
      })
      onTestFinished(() => receiver.close())
      const report = await judge(receiver.port, {transport, ...mine})
      expect(found(report)).toEqual([])
      expect(notJudged(report)).toEqual(transport === 'tcp' ? ['G5'] : ['7', '8a', '8b', 'G5'])
      expect(ruleOf(report, '2')?.written[0]).toContain('"*SIA-DCS"')
    },
  )
})

/** One fault each, and the rules that must find it; no other may. */
const FAULTY: readonly (readonly [name: string, spoil: Spoil, found: readonly string[]])[] = [
  ['acknowledges what has no time inside', (asked) => (faultOf(asked) === 'timestamp' ? [sealedAck(asked)] : asIs(asked)), ['18 differs']],
  ['acknowledges another key', (asked) => (faultOf(asked) === 'decryption' ? [ack(asked)] : asIs(asked)), ['19 fail']],
  ['acknowledges clear text', (asked) => (isClear(asked) ? [ack(asked)] : asIs(asked)), ['20 differs']],
  ['acknowledges what was recorded', (asked) => (isOld(asked) ? [sealedAck(asked)] : asIs(asked)), ['22 fail']],
  ['tells the key as extended data', (asked) => (asked.text.includes('[I') && isClear(asked) ? [tells(asked, `][K${KEY_TEXT.toLowerCase()}`)] : asIs(asked)), ['K3 differs', 'A5 differs']],
  ['tells the raw key', (asked) => (isClear(asked) ? [`\n${key.reveal().reduce((text, byte) => text + String.fromCharCode(byte), '')}\r`] : asIs(asked)), ['K3 differs', 'A1 differs', 'A5 differs']],
  ['tells the key encrypted', (asked) => (isSealed(asked) && asked.answer?.includes('"*ACK"') ? [sealedAck(asked, key, `K${KEY_TEXT}`)] : asIs(asked)), ['A5 differs']],
  ['answers in clear', (asked) => (isSealed(asked) && asked.answer?.includes('"*ACK"') ? [ack(asked)] : asIs(asked)), []],
] // biome-ignore format: one receiver a line

describe.concurrent('suite with a key: a receiver with one fault is found out by its rule and by no other', {
  timeout: PATIENCE_MS,
}, () => {
  test.for(FAULTY)('%s', async ([name, spoil, expected], context) => {
    const report = await judge(await receiverThat(spoil, context), {keyed})
    expect({found: found(report), open: notJudged(report)}).toEqual({found: expected, open: []})
    const inClear = ruleOf(report, 'K2')
    expect(inClear?.verdict).toBe(name === 'answers in clear' ? 'note' : 'pass')
    expect(JSON.stringify(report).toUpperCase()).not.toContain(KEY_TEXT)
  })

  test('a bad check sum around cipher text', async (context) => {
    const lax: Spoil = (asked) => (hasWrongCrc(asked) ? [sealedAck(asked)] : asIs(asked))
    expect(found(await judge(await receiverThat(lax, context, clock, own), mine))).toEqual(['1 fail'])
  })
})

describe.concurrent('suite with a key: the key check says what is wrong with the key', {timeout: PATIENCE_MS}, () => {
  const refused = (detail: string) => ({verdict: 'fail', detail})
  const needKey = ['18 open', '19 open', '20 open', '22 open', 'K2 open', 'K3 open']

  test('the receiver has it in its other form', async (context) => {
    const keys = (account: string) => (account === 'C0DE' ? otherKey : undefined)
    const report = await judge(await receiverThat(asIs, context, clock, keys), {keyed})
    expect(ruleOf(report, 'K1')).toMatchObject(
      refused('NAK; the key is right in its other form (hex or ASCII), as AES-256'),
    )
    expect(notJudged(report)).toEqual(expect.arrayContaining(needKey))
    expect([testExit(report), report.stopped]).toEqual([3, undefined])
  })

  test('the receiver has none, also when it is the only account', async (context) => {
    const port = await receiverThat(asIs, context, clock, () => undefined)
    const detail =
      'NAK; its other form (hex or ASCII) is refused, too; a message in clear is acknowledged: the receiver has no key for the account'
    expect(ruleOf(await judge(port, {keyed}), 'K1')).toMatchObject(refused(detail))
    const report = await judge(port, mine)
    expect(ruleOf(report, 'K1')).toMatchObject(refused(detail))
    expect(report.stopped).toBe('the receiver does not take the key (K1)')
    expect([testExit(report), report.silent]).toEqual([3, false])
  })

  test('the receiver has another one', async (context) => {
    const keys = (account: string) => (account === 'C0DE' ? otherKey : undefined)
    const sent = {...keyed, otherKey: undefined}
    const report = await judge(await receiverThat(asIs, context, clock, keys), {keyed: sent})
    expect(ruleOf(report, 'K1')).toMatchObject(refused('NAK; it is no key in another form'))
  })

  test('the receiver answers with another key', async (context) => {
    const odd: Spoil = (asked) => (asked.answer?.includes('"*ACK"') ? [sealedAck(asked, otherKey)] : asIs(asked))
    const report = await judge(await receiverThat(odd, context), {keyed})
    expect(ruleOf(report, 'K1')?.detail).toMatch(/^its answer \(ACK\) is encrypted and the key does not open it;/)
  })

  test('a receiver that is silent to what it cannot open, but not dead', async (context) => {
    const silent: Spoil = (asked) => (isSealed(asked) ? [] : asIs(asked))
    const port = await receiverThat(silent, context, clock, () => undefined)
    const report = await judge(port, {...mine, waitMs: 200})
    expect(ruleOf(report, 'K1')?.detail).toMatch(/^no answer within 200 ms; .*the receiver has no key/)
    expect(testExit(report)).toBe(3)
  })

  test('without an answer to anything it is dead', async (context) => {
    const report = await judge(await receiverThat(() => [], context), {...mine, waitMs: 100})
    expect([testExit(report), report.silent]).toEqual([5, true])
  })

  test('a clock two hours ahead is learnt with the key, too', async (context) => {
    const ahead = {...clock, now: () => clock.now() + 7_200_000}
    const report = await judge(await receiverThat(asIs, context, ahead, own), mine)
    expect([found(report), notJudged(report)]).toEqual([[], ['G5']])
  })

  test('a clear account that is not known: nothing about the key is asked', async (context) => {
    const report = await judge(await receiverThat(() => [nak()], context), {keyed, sequence: memorySequence(1)})
    expect(ruleOf(report, 'K1')).toMatchObject({verdict: 'not judged', open: true})
    expect(new Set(report.rules.map(({verdict}) => verdict))).toEqual(new Set(['not judged']))
  })
})
