import {describe, expect, test} from 'vitest'
import {frameOf} from '../../support/dc09.ts'
import {found, judge, notJudged, PATIENCE_MS} from './judge.ts'
import {type Asked, about, ack, asIs, clock, hasWrongCrc, nak, receiverThat, type Spoil, spoilt} from './receivers.ts'

const hasWrongLength = ({text, answer}: Asked) =>
  answer === undefined && frameOf(text.slice(9, -1)).toString('latin1').slice(1, 5) === text.slice(1, 5)
const isNak = (answer: string | undefined): answer is string => answer?.includes('"NAK"') === true
const ageOf = ({text}: Asked) => {
  const [, time, month, day, year] = /_([\d:]{8}),(\d\d)-(\d\d)-(\d{4})\r$/.exec(text) ?? []
  return clock.now() - Date.parse(`${year}-${month}-${day}T${time}Z`)
}
const duh = ({seq, account}: Asked) => frameOf(`"DUH"${seq}L0#${account}[]`).toString('latin1')

/** One fault each, and the rules that must find it; no other may. */
const FAULTY: readonly (readonly [name: string, spoil: Spoil, found: readonly string[]])[] = [
  ['acknowledges a bad CRC', (asked) => (hasWrongCrc(asked) ? [ack(asked)] : asIs(asked)), ['1 fail']],
  ['acknowledges a wrong length', (asked) => (hasWrongLength(asked) ? [ack(asked)] : asIs(asked)), ['2 differs']],
  ['answers a bad CRC with LF CR', (asked) => (hasWrongCrc(asked) ? ['\n\r'] : asIs(asked)), ['A1 differs']],
  ['answers a bad CRC with DUH', (asked) => (hasWrongCrc(asked) ? [duh(asked)] : asIs(asked)), ['1 fail']],
  ['acknowledges letters in the number', (asked) => (asked.seq === '00A1' ? [ack({...asked, seq: '0001'})] : asIs(asked)), ['10 fail']],
  ['acknowledges an account of two characters', (asked) => (asked.account === '12' ? [ack({...asked, account: '0012'})] : asIs(asked)), ['11 fail']],
  ['acknowledges an unknown account', (asked) => (asked.account === 'FEEDFACE0BAD' ? [ack(asked)] : asIs(asked)), ['12 fail']],
  ['closes behind a message without LF', (asked) => (/^[^\n]/.test(asked.text) ? [nak(), 'close'] : asIs(asked)), ['5 differs']],
  ['refuses an unknown token', (asked) => (about('XYZ-ABC')(asked.text) ? [nak()] : asIs(asked)), ['13 differs']],
  ['answers an unknown token with zeros', (asked) => (about('XYZ-ABC')(asked.text) ? ['\n00000000\r'] : asIs(asked)), ['13 differs', 'A1 differs']],
  ['is silent to an unknown code', (asked) => (asked.text.includes('QQ') ? [] : asIs(asked)), ['14 fail']],
  ['is silent without L', (asked) => (/"\d{4}#/.test(asked.text) ? [] : asIs(asked)), ['15 fail']],
  ['acknowledges the past', (asked) => (ageOf(asked) > 50_000 ? [ack(asked)] : asIs(asked)), ['16 fail']],
  ['acknowledges the future', (asked) => (ageOf(asked) < -25_000 ? [ack(asked)] : asIs(asked)), ['17 differs']],
  ['refuses the past without a time', (asked) => (ageOf(asked) > 50_000 ? [frameOf('"NAK"0000R0L0A0[]').toString('latin1')] : asIs(asked)), ['16 fail']],
  ['refuses 39 s', (asked) => (ageOf(asked) > 30_000 && ageOf(asked) < 50_000 ? [nak()] : asIs(asked)), ['G3 fail']],
  ['refuses 19 s ahead', (asked) => (ageOf(asked) < -15_000 && ageOf(asked) > -25_000 ? [nak()] : asIs(asked)), ['G4 fail']],
  ['refuses what has no time', (asked) => (asked.text.endsWith(']\r') && !asked.text.includes('[R') ? [nak()] : asIs(asked)), ['G5 fail']],
  ['refuses the link test', (asked) => (about('NULL')(asked.text) ? [nak()] : asIs(asked)), ['G1 differs']],
  ['refuses extended data', (asked) => (asked.text.includes('[RTest]') ? [nak()] : asIs(asked)), ['G2 fail']],
  ['swaps L and R in its NAK', ({answer}) => spoilt(answer, isNak, (body) => body.replace('R0L0', 'L0R0')), ['A2 differs']],
  ['says NAK and nothing else', ({answer, account}) => spoilt(answer, (text) => isNak(text) && account === 'FEEDFACE0BAD', () => '"NAK"'), ['A2 differs']],
  ['writes None', ({answer}) => spoilt(answer, about('ACK'), (body) => body.replace('L0', 'NoneL0')), ['A3 differs']],
  ['writes None in its NAK', ({answer}) => spoilt(answer, isNak, (body) => body.replace('R0', 'None')), ['A2 fail', 'A3 differs']],
  ['refuses twice', (asked) => (isNak(asked.answer) ? [asked.answer, asked.answer] : asIs(asked)), ['A4 differs']],
  ['refuses twice and closes', (asked) => (isNak(asked.answer) ? [asked.answer, asked.answer, 'close'] : asIs(asked)), ['A4 differs']],
  ['acknowledges twice', (asked) => [...asIs(asked), ...asIs(asked)], ['A4 fail']],
  ['repeats what K said', (asked) => spoilt(asked.answer, () => asked.text.includes('[K'), (body) => body.replace('[]', `[]${/\[K[^\]]*\]/.exec(asked.text)?.[0]}`)), ['A5 differs']],
  ['hands out a key', (asked) => spoilt(asked.answer, () => asked.text.includes('[RTest]'), (body) => body.replace('[]', '[00112233445566778899AABBCCDDEEFF]')), ['A5 differs']],
  ['answers a byte at a time', ({answer = ''}) => [...answer], []],
  ['closes after a refusal', (asked) => (isNak(asked.answer) ? [asked.answer, 'close'] : asIs(asked)), []],
  ['closes after every answer', (asked) => [...asIs(asked), ...(asked.answer ? ['close'] : [])], ['7 fail']],
] // biome-ignore format: one receiver a line

describe.concurrent('suite: a receiver with one fault is found out by its rule and by no other', {
  timeout: PATIENCE_MS,
}, () => {
  test.for(FAULTY)('%s', async ([, spoil, expected], context) => {
    const report = await judge(await receiverThat(spoil, context))
    expect({found: found(report), open: notJudged(report).filter((rule) => rule.endsWith('open'))}).toEqual({
      found: expected,
      open: [],
    })
  })
})
