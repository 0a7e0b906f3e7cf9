/** The negative cases of an account that has a key: what must not be taken although it looks like the panel's. */
import type {Cipher} from '../../protocol/dc09/cipher.ts'
import {wrongKey} from '../../protocol/dc09/key.ts'
import {outcomeOf} from './answer.ts'
import {CANARY} from './answer-rules.ts'
import {type Body, body, frame} from './craft.ts'
import {byOutcome, REFUSED, words} from './judge.ts'
import type {Judgement, Kit, Seen, SentRule, Step} from './rule.ts'

export const NEEDS_A_KEY = 'needs a key: --keyed-account with --key-file and --key-form'
const REPLAY_AGE_MS = 600_000

export const KEYED_RULES: readonly SentRule[] = [
  {
    rule: '18',
    name: 'encrypted, no time',
    sends: 'an encrypted message without a time',
    expected: 'NAK or silence, never ACK',
    keyed: true,
    steps: (kit) => one(kit, {at: undefined}),
    judge: byOutcome(REFUSED),
  },
  {
    rule: '19',
    name: 'wrong key',
    sends: 'a message encrypted with another key',
    expected: 'NAK or silence, never ACK',
    keyed: true,
    steps: (kit) => one(kit, {}, kit.cipher && {...kit.cipher, key: wrongKey(kit.cipher.key)}),
    judge: byOutcome(REFUSED),
  },
  {
    rule: '20',
    name: 'clear to a keyed account',
    sends: 'a message in clear of an account that has a key',
    expected: 'NAK or silence, never ACK',
    keyed: true,
    steps: (kit) => one(kit, {}, null),
    judge: byOutcome(REFUSED),
  },
  {
    rule: '22',
    name: 'old message replayed',
    sends: 'a message encrypted 10 minutes ago, as one who had recorded it would',
    expected: 'NAK or silence, never ACK',
    keyed: true,
    steps: (kit) => one(kit, {at: kit.now - REPLAY_AGE_MS}),
    judge: byOutcome(REFUSED),
  },
  {
    rule: 'K3',
    name: 'key kept secret',
    sends: 'messages in clear with extended data K and I of an account that has a key',
    expected: 'no answer holds key material',
    keyed: true,
    steps: (kit) => [
      ...one(kit, {xdata: [`K${CANARY}`]}, null),
      ...one(kit, {seq: kit.seq(1), xdata: ['ITest of the receiver']}, null),
    ],
    judge: judgeSecret,
  },
]

/** `cipher`: null for clear text. */
function one(kit: Kit, change: Partial<Body>, cipher: Cipher | null | undefined = kit.cipher): readonly Step[] {
  const parts = {seq: kit.seq(0), account: kit.account, at: kit.now, ...change}
  return [{chunks: [frame(body(parts, cipher ?? undefined))]}]
}

/** Whether the message itself is taken is the business of another rule. */
function judgeSecret(seen: Seen): Judgement {
  const culprit = seen.answers.find(({holdsKey}) => holdsKey)
  if (culprit) return {verdict: 'fail', detail: 'an answer holds the key of the account', saw: 'key', culprit}
  return {verdict: 'pass', detail: words(outcomeOf(seen.answers), seen), saw: outcomeOf(seen.answers)}
}
