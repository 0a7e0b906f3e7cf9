import {appendFileSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import type {Socket} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {testExit} from '../../../src/cli/panel-test.ts'
import type {Clock} from '../../../src/lib/clock.ts'
import {serveReceiver} from '../../../src/panel/receiver.ts'
import type {SuiteReport} from '../../../src/panel/suite/report.ts'
import {storedIn} from '../../../src/panel/suite/stored.ts'
import {found, judge, notJudged, PATIENCE_MS, ruleOf} from './judge.ts'
import {
  about,
  asIs,
  clock,
  hasWrongCrc,
  knows,
  listenerThat,
  nak,
  ours,
  receiverThat,
  type Spoil,
  spoilt,
} from './receivers.ts'

describe.concurrent('suite: our own receiver', {timeout: PATIENCE_MS}, () => {
  test.for([
    ['tcp', []],
    ['udp', ['7', '8a', '8b']],
  ] as const)('keeps every rule over %s', async ([transport, tcpOnly], {onTestFinished}) => {
    const receiver = await serveReceiver({
      host: '127.0.0.1',
      port: 0,
      clock,
      knows,
      accept: async () => 'stored',
    })
    onTestFinished(() => receiver.close())
    const report = await judge(receiver.port, {transport})
    expect(found(report)).toEqual([])
    expect(notJudged(report)).toEqual([...tcpOnly, '18', '19', '20', '22', 'K1', 'K2', 'K3'])
    expect(report.rules.filter(({verdict}) => verdict === 'note').map(({rule}) => rule)).toEqual(['3', '9', '14', '15'])
    expect(report.rules.map(({rule}) => rule).join(' ')).toBe(
      '1 2 3 4 5 6 7 8a 8b 9 10 11 12 13 14 15 16 17 18 19 20 21 22 K1 K2 K3 G1 G2 G3 G4 G5 A1 A2 A3 A4 A5',
    )
  })

  test('one rule at a time and many at a time come to the same, in the same order', async (context) => {
    const port = await receiverThat(asIs, context)
    const [slow, fast] = await Promise.all([judge(port, {concurrency: 1, waitMs: 400}), judge(port)])
    const verdicts = ({rules}: SuiteReport) => rules.map(({rule, verdict}) => [rule, verdict])
    expect(verdicts(slow)).toEqual(verdicts(fast))
  })

  test('a receiver that takes every account breaks rule 12, and only that', async ({onTestFinished}) => {
    const receiver = await serveReceiver({host: '127.0.0.1', port: 0, clock, accept: async () => 'stored'})
    onTestFinished(() => receiver.close())
    expect(found(await judge(receiver.port))).toEqual(['12 fail'])
  })
})

/** Takes whatever one read gives for one message, as receivers without a buffer do. */
const perRead: (socket: Socket) => Promise<void> = async (socket) => {
  const reception = ours()
  for await (const bytes of socket as AsyncIterable<Buffer>) {
    const whole = bytes[0] === 0x0a && bytes.indexOf(0x0d) === bytes.length - 1
    const answer = whole ? await reception.answer({kind: 'frame', bytes}, 'test') : nak()
    if (answer) socket.write(answer, 'latin1')
  }
}

/** Takes whatever ends with CR for one message. */
const untilCr: (socket: Socket) => Promise<void> = async (socket) => {
  const reception = ours()
  let text = ''
  for await (const bytes of socket as AsyncIterable<Buffer>) {
    text += bytes.toString('latin1')
    for (let at = text.indexOf('\r'); at >= 0; at = text.indexOf('\r')) {
      const answer = await reception.answer(
        {kind: 'frame', bytes: Buffer.from(text.slice(0, at + 1), 'latin1')},
        'test',
      )
      if (answer) socket.write(answer)
      text = text.slice(at + 1)
    }
  }
}

/** Acknowledges a message once and is silent when it comes again. */
function forgetful(): Spoil {
  const seen = new Set<string>()
  return (asked) => {
    if (seen.has(asked.text)) return []
    seen.add(asked.text)
    return asIs(asked)
  }
}

describe.concurrent('suite: receivers that read or count in their own way', {timeout: PATIENCE_MS}, () => {
  test('one message a read: parts are refused, two together as well', async (context) => {
    const report = await judge(await listenerThat(perRead, context))
    expect(found(report)).toEqual(['6 differs', '7 differs', '8a differs', '8b differs'])
    expect(ruleOf(report, '8a')).toMatchObject({detail: 'NAK, NAK', knownAs: 'pysiaalarm@0f539a6, iobroker.sia 2.0.4'})
  })

  test('everything up to CR is one message: a broken one takes the next good one along', async (context) => {
    const report = await judge(await listenerThat(untilCr, context))
    expect(found(report)).toEqual(['6 fail'])
    expect(ruleOf(report, '6')?.detail).toBe('silence, but the good message behind it got no answer on this connection')
  })

  test.for([
    ['once', 'pass', 'two ACKs, stored once'],
    ['twice', 'differs', 'two ACKs, stored 2 times'],
  ] as const)(
    'a message that comes again is stored %s: the capture tells',
    async ([times, verdict, detail], context) => {
      const folder = mkdtempSync(join(tmpdir(), 'citywatch-test-'))
      context.onTestFinished(() => rmSync(folder, {recursive: true}))
      const capture = join(folder, 'signals.jsonl')
      writeFileSync(capture, '{"seq":1,"signal":{"account":"1234"}}\n{"seq":')
      const kept = new Set<string>()
      const storing: Spoil = (asked) => {
        const line = JSON.stringify({seq: Number(asked.seq), signal: {account: asked.account}})
        if (times === 'twice' || !kept.has(asked.text)) appendFileSync(capture, `\n${line}\n`)
        kept.add(asked.text)
        return asIs(asked)
      }
      const report = await judge(await receiverThat(storing, context), {stored: await storedIn(capture, '1234')})
      expect(ruleOf(report, '21')).toMatchObject({verdict, detail})
      expect(found(report)).toEqual(times === 'twice' ? ['21 differs'] : [])
    },
  )

  test('a message that comes again is not acknowledged again', async (context) => {
    const report = await judge(await receiverThat(forgetful(), context))
    expect(found(report)).toEqual(['21 fail'])
    expect(ruleOf(report, '21')?.detail).toBe('ACK')
  })

  test('a clock two hours ahead is learnt, said, and every rule judged by it', async (context) => {
    const ahead: Clock = {...clock, now: () => clock.now() + 7_200_000}
    const report = await judge(await receiverThat(asIs, context, ahead))
    expect(found(report)).toEqual([])
    expect(notJudged(report)).toEqual(['18', '19', '20', '22', 'K1', 'K2', 'K3'])
    expect(Math.round(report.clockOffsetMs / 10_000)).toBe(720)
  })

  test('a clock 15 s behind takes good messages, and still every rule is judged by it', async (context) => {
    const behind: Clock = {...clock, now: () => clock.now() - 15_000}
    expect(found(await judge(await receiverThat(asIs, context, behind)))).toEqual([])
  })
})

describe.concurrent('suite: nothing passes when good messages are not acknowledged', {timeout: PATIENCE_MS}, () => {
  const verdicts = ({rules}: SuiteReport) => [...new Set(rules.map(({verdict}) => verdict))]

  test('a receiver that never answers', async (context) => {
    const report = await judge(await receiverThat(() => [], context))
    expect(verdicts(report)).toEqual(['not judged'])
    expect(report.stopped).toBe('a message without fault is not acknowledged: no answer within 700 ms')
    expect(testExit(report)).toBe(5)
  })

  test('an account that the receiver does not know', async (context) => {
    const report = await judge(await receiverThat(asIs, context), {account: '9999'})
    expect(verdicts(report)).toEqual(['not judged'])
    expect(report.stopped).toBe(
      'a message without fault is not acknowledged: NAK although the clocks agree (unknown account, or it wants encryption)',
    )
    expect(testExit(report)).toBe(3)
  })

  test('a receiver that refuses everything from some point on keeps no rule', async (context) => {
    let messages = 0
    const tiring: Spoil = (asked) => (++messages > 5 ? [nak()] : asIs(asked))
    const report = await judge(await receiverThat(tiring, context), {concurrency: 1})
    expect(ruleOf(report, '1')).toMatchObject({verdict: 'not judged', detail: 'the good message before it: NAK'})
    expect(verdicts(report)).toEqual(['not judged'])
    expect(testExit(report)).toBe(3)
  })

  test('a receiver that refuses everything behind the fault: its refusal says nothing', async (context) => {
    let broken = false
    const offended: Spoil = (asked) => {
      broken ||= hasWrongCrc(asked)
      return broken ? [nak()] : asIs(asked)
    }
    const report = await judge(await receiverThat(offended, context), {concurrency: 1, waitMs: 300})
    expect(ruleOf(report, '1')).toMatchObject({verdict: 'not judged', open: true})
    expect(ruleOf(report, '1')?.detail).toContain('the good message behind it')
  })

  test('what refused the good message is shown', async (context) => {
    const report = await judge(await receiverThat(asIs, context), {account: '9999'})
    expect(report.trial).toEqual([expect.stringMatching(/^\\n[0-9A-F]{8}"NAK"0000R0L0A0\[\]_.{19}\\r$/)])
  })

  test('a receiver whose answers have no check sum: only that is found', async (context) => {
    const bare: Spoil = ({answer}) => (answer ? [`\n${answer.slice(answer.indexOf('"'))}`] : [])
    const report = await judge(await receiverThat(bare, context))
    expect(found(report)).toEqual(['A1 differs'])
    expect(verdicts(report)).toEqual(['not judged', 'differs'])
    expect(testExit(report)).toBe(3)
  })

  test('a receiver that goes silent half-way: what was not asked is open, and that is no success', async (context) => {
    let answers = 0
    const report = await judge(await receiverThat((asked) => (++answers > 20 ? [] : asIs(asked)), context), {
      concurrency: 1,
      waitMs: 30,
    })
    expect(found(report)).toEqual([])
    expect(notJudged(report)).toContain('21 open')
    expect(testExit(report)).toBe(3)
  })

  test('told to stop, it stops: the rest is not judged', async (context) => {
    const stop = new AbortController()
    let messages = 0
    const stopping: Spoil = (asked) => {
      if (++messages === 7) stop.abort()
      return asIs(asked)
    }
    const report = await judge(await receiverThat(stopping, context), {
      concurrency: 1,
      waitMs: 60_000,
      signal: stop.signal,
    })
    expect(report.stopped).toBe('interrupted')
    expect(notJudged(report)).toContain('G1 open')
  })

  test('a capture that is not there is named before anything is sent', async () => {
    await expect(storedIn('no-such-file.jsonl', '1234')).rejects.toThrow('CW_FILE_NOT_FOUND')
  })

  test('nobody there is an error, over TCP and UDP', async () => {
    // Port 1 is never handed out: a port that was just closed may be another test's by now.
    for (const transport of ['tcp', 'udp'] as const) {
      await expect(judge(1, {transport})).rejects.toThrow('CW_UNREACHABLE')
    }
  })

  test('a receiver that is not this machine is left alone', async () => {
    await expect(judge(9, {host: '192.0.2.1'})).rejects.toThrow('CW_DISPATCH_GUARD')
  })
})

test('suite: a key in an answer is found and never shown', {timeout: PATIENCE_MS}, async (context) => {
  const key = '00112233445566778899AABBCCDDEEFF'
  const leaking: Spoil = ({answer}) => spoilt(answer, about('ACK'), (body) => body.replace('[]', `[][K${key}]`))
  const report = await judge(await receiverThat(leaking, context))
  expect(ruleOf(report, 'A5')).toMatchObject({verdict: 'differs', knownAs: 'pysiaalarm@0f539a6'})
  expect(ruleOf(report, 'A5')?.seen[0]).toMatch(
    /^\\n[0-9A-F]{8}"ACK"\d{4}L0#1234\[\]\[…33 characters, not shown…\]\\r$/,
  )
  expect(JSON.stringify(report)).not.toContain('00112233')
})

test('suite: bytes are told as they were written and as they came', {timeout: PATIENCE_MS}, async (context) => {
  const report = await judge(await receiverThat(asIs, context))
  expect(ruleOf(report, '13')).toMatchObject({
    verdict: 'pass',
    detail: 'DUH',
    written: [expect.stringMatching(/^\\n[0-9A-F]{4}0[0-9A-F]{3}"XYZ-ABC"\d{4}L0#1234\[#1234\|Nri0\/RP0\]_.{19}\\r$/)],
    seen: [expect.stringMatching(/^\\n[0-9A-F]{8}"DUH"\d{4}L0#1234\[\]\\r$/)],
  })
  expect(report.codes).toEqual(['RP', 'QQ'])
  expect(testExit(report)).toBe(0)
})
