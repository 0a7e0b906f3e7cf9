/** The negative cases of a DC-09 receiver in clear text: what is wrong with each message, and what may be answered. */
import {type Answer, acknowledges, outcomeOf} from './answer.ts'
import {type Body, body, bodyWhere, frame, hex4, rawBytes, UNKNOWN_CODE, type Wrong} from './craft.ts'
import {byOutcome, REFUSED, TURNED_AWAY, words} from './judge.ts'
import type {Judgement, Kit, Seen, SentRule, Step} from './rule.ts'

/** Long enough for two writes to travel apart. */
const APART_MS = 100
const BYTES_APART_MS = 3
const LETTER = /[A-F]/

export const NEGATIVE_RULES: readonly SentRule[] = [
  {
    rule: '1',
    name: 'bad CRC',
    sends: 'a message whose check sum is wrong in one bit',
    expected: 'silence or NAK, never ACK',
    steps: (kit) => one(kit, {}, {crc: (right) => hex4(right ^ 1)}),
    judge: byOutcome(REFUSED),
  },
  {
    rule: '2',
    name: 'wrong length',
    sends: 'a message whose length is one too small, its check sum right',
    expected: 'silence or NAK, never ACK',
    steps: (kit) => one(kit, {}, {length: (right) => hex4(right - 1)}),
    judge: byOutcome(REFUSED),
  },
  {
    rule: '3',
    name: 'lower-case CRC',
    sends: 'a message whose check sum is in lower case',
    expected: 'ACK or silence',
    steps: (kit) => {
      const text = bodyWhere(message(kit), (crc) => LETTER.test(crc), kit.cipher)
      return [{chunks: [frame(text, {crc: (right) => hex4(right).toLowerCase()})]}]
    },
    judge: byOutcome({ACK: 'note', silence: 'note'}),
  },
  {
    rule: '4',
    name: 'binary CRC',
    sends: 'a message whose check sum is two raw bytes',
    expected: 'anything; best an ACK with a binary check sum',
    steps: (kit) => [{chunks: [frame(bodyWhere(message(kit), isQuiet, kit.cipher), {crc: rawBytes})]}],
    judge: judgeBinary,
  },
  {
    rule: '5',
    name: 'no LF',
    sends: 'a message without its LF, then one without fault',
    expected: 'no answer needed; goes on with the next LF',
    goesOn: true,
    steps: (kit) => one(kit, {}, {start: ''}),
    judge: byOutcome({...TURNED_AWAY, ACK: 'note'}),
  },
  {
    rule: '6',
    name: 'no CR',
    sends: 'a message without its CR, then one without fault',
    expected: 'waits, no ACK; the next message is acknowledged',
    goesOn: true,
    steps: (kit) => one(kit, {}, {end: ''}),
    judge: (seen) => byOutcome(seen.udp ? REFUSED : {silence: 'pass'})(seen),
  },
  {
    rule: '7',
    name: 'two messages in one segment',
    sends: 'two messages in one write',
    expected: 'two ACKs, in order',
    transport: 'tcp',
    steps: (kit) => {
      const both = [0, 1].map((index) => frame(body({...message(kit), seq: kit.seq(index)}, kit.cipher)))
      return [{chunks: [Buffer.concat(both)], messages: 2}]
    },
    judge: judgeOrder,
  },
  {
    rule: '8a',
    name: 'one message in two segments',
    sends: 'one message in two writes',
    expected: 'one ACK',
    transport: 'tcp',
    steps: (kit) => {
      const bytes = frame(body(message(kit), kit.cipher))
      return [{chunks: [bytes.subarray(0, 17), bytes.subarray(17)], gapMs: APART_MS}]
    },
    judge: judgePieces,
  },
  {
    rule: '8b',
    name: 'one message byte by byte',
    sends: 'one message, each byte in a write of its own',
    expected: 'one ACK',
    transport: 'tcp',
    steps: (kit) => {
      const bytes = frame(body(message(kit), kit.cipher))
      return [{chunks: Array.from(bytes, (byte) => Buffer.of(byte)), gapMs: BYTES_APART_MS}]
    },
    judge: judgePieces,
  },
  {
    rule: '9',
    name: 'event with number 0000',
    sends: 'an event with the number of a link test',
    expected: 'any answer; the next message is acknowledged',
    steps: (kit) => one(kit, {seq: '0000'}),
    judge: byOutcome({ACK: 'note', NAK: 'note', DUH: 'note', silence: 'note', unreadable: 'note'}),
  },
  {
    rule: '10',
    name: 'letters in the number',
    sends: 'a message with the number 00A1',
    expected: 'NAK, DUH or silence, never ACK',
    steps: (kit) => one(kit, {seq: '00A1'}),
    judge: byOutcome(TURNED_AWAY),
  },
  {
    rule: '11',
    name: 'account of 2 characters',
    sends: 'a message of account 12',
    expected: 'NAK, DUH or silence, never ACK',
    steps: (kit) => one(kit, {account: '12'}),
    judge: byOutcome(TURNED_AWAY),
  },
  {
    rule: '12',
    name: 'unknown account',
    sends: 'a message of an account that it cannot know',
    expected: 'NAK or silence, never ACK',
    steps: (kit) => one(kit, {account: kit.unknownAccount}),
    judge: byOutcome(REFUSED),
  },
  {
    rule: '13',
    name: 'unknown token',
    sends: 'a message with the token XYZ-ABC',
    expected: 'DUH',
    steps: (kit) => one(kit, {token: 'XYZ-ABC'}),
    judge: byOutcome({DUH: 'pass'}),
  },
  {
    rule: '14',
    name: 'unknown code',
    sends: `an event with the code ${UNKNOWN_CODE}`,
    expected: 'ACK or DUH',
    steps: (kit) => one(kit, {code: UNKNOWN_CODE}),
    judge: byOutcome({ACK: 'note', DUH: 'note'}),
  },
  {
    rule: '15',
    name: 'no L prefix',
    sends: 'a message without its L field',
    expected: 'ACK or NAK',
    steps: (kit) => one(kit, {line: ''}),
    judge: byOutcome({ACK: 'note', NAK: 'note'}),
  },
  {
    rule: '16',
    name: 'time 60 s in the past',
    sends: 'a message stamped 60 s ago',
    expected: 'NAK with the time',
    steps: (kit) => one(kit, {at: kit.now - 60_000}),
    judge: judgeTime,
  },
  {
    rule: '17',
    name: 'time 30 s in the future',
    sends: 'a message stamped 30 s ahead',
    expected: 'NAK with the time',
    steps: (kit) => one(kit, {at: kit.now + 30_000}),
    judge: judgeTime,
  },
  {
    rule: '21',
    name: 'same number twice',
    sends: 'the same message twice, the second after the first answer',
    expected: 'two ACKs, stored once',
    counted: true,
    steps: (kit) => [...one(kit), ...one(kit)],
    judge: judgeTwice,
  },
]

function message(kit: Kit): Body {
  return {seq: kit.seq(0), account: kit.account, at: kit.now}
}

function one(kit: Kit, change: Partial<Body> = {}, wrong: Wrong = {}): readonly Step[] {
  return [{chunks: [frame(body({...message(kit), ...change}, kit.cipher), wrong)]}]
}

/** Neither byte of the check sum is LF, CR or a quote: the rule is not about those. */
function isQuiet(crc: string): boolean {
  return !/^(?:0A|0D|22)|(?:0A|0D|22)$/.test(crc)
}

function judgeBinary(seen: Seen): Judgement {
  const saw = outcomeOf(seen.answers)
  if (saw !== 'ACK') return {verdict: 'note', detail: words(saw, seen), saw}
  const inKind = seen.answers.some(({frame: answer}) => answer?.crcForm === 'binary')
  return inKind
    ? {verdict: 'pass', detail: 'ACK with a binary check sum', saw}
    : {verdict: 'note', detail: 'ACK with a check sum in hex', saw}
}

function judgeOrder(seen: Seen): Judgement {
  const {answers, seqs} = seen
  const wanted = seqs.slice(0, 2)
  const acked = answers.flatMap(({frame: answer}) => (answer && isAck(answer.token) ? [answer.seq] : []))
  const got = acked.filter((seq, index) => wanted.includes(seq) && acked.indexOf(seq) === index)
  const saw = outcomeOf(answers)
  if (got.join() === wanted.join() && onlyAcks(answers)) return {verdict: 'pass', detail: 'two ACKs, in order', saw}
  if (got.length === 2) return {verdict: 'fail', detail: `two ACKs, but ${listed(answers)}`, saw}
  return {verdict: 'fail', detail: words(listed(answers), seen), saw}
}

/** An answer to a part of a message is an answer to something that nobody sent. */
function judgePieces(seen: Seen): Judgement {
  const {answers, seqs} = seen
  const saw = outcomeOf(answers)
  const acked = answers.some((answer) => acknowledges(answer, seqs[0] ?? -1))
  if (acked && onlyAcks(answers)) return {verdict: 'pass', detail: 'ACK', saw}
  return {verdict: 'fail', detail: words(listed(answers), seen), saw}
}

function judgeTime(seen: Seen): Judgement {
  const saw = outcomeOf(seen.answers)
  if (saw !== 'NAK') return {verdict: 'fail', detail: words(saw, seen), saw}
  const nak = seen.answers.find(({says}) => says === 'NAK')
  const time = nak?.frame?.timestamp
  return time === undefined
    ? {
        verdict: 'fail',
        detail: words('NAK without a time: the panel cannot set its clock', seen),
        saw: 'NAK without time',
      }
    : {verdict: 'pass', detail: `NAK with the time ${time}`, saw}
}

function judgeTwice(seen: Seen): Judgement {
  const acks = seen.answers.filter((answer) => acknowledges(answer, seen.seqs[0] ?? -1)).length
  const saw = outcomeOf(seen.answers)
  const {stored} = seen
  if (acks >= 2 && stored === undefined) {
    return {verdict: 'pass', detail: 'two ACKs (how often it is stored cannot be seen from here)', saw}
  }
  if (acks >= 2 && stored === 1) return {verdict: 'pass', detail: 'two ACKs, stored once', saw}
  if (acks >= 2) return {verdict: 'fail', detail: `two ACKs, stored ${stored} times`, saw: `stored ${stored}`}
  return {verdict: 'fail', detail: words(listed(seen.answers), seen), saw}
}

function isAck(token: string): boolean {
  return token === 'ACK' || token === 'RSP'
}

function onlyAcks(answers: readonly Answer[]): boolean {
  return answers.every(({says}) => says === 'ACK' || says === 'RSP')
}

/** `ACK, NAK`; `silence` for none. */
function listed(answers: readonly Answer[]): string {
  return answers.map(({says}) => says ?? 'unreadable').join(', ') || 'silence'
}
