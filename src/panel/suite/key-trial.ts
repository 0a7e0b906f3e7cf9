/** Is it the key? Before the rules about encryption: does the receiver take the account's key, its other form, or clear text? */
import {isCitywatchError} from '../../lib/errors.ts'
import type {Cipher} from '../../protocol/dc09/cipher.ts'
import type {AccountKey} from '../../protocol/dc09/key.ts'
import {padding} from '../pad.ts'
import {converse, type Desk} from './conversation.ts'
import type {Judgement, RuleText, Seen} from './rule.ts'

/** An account with the key that its messages are encrypted with. */
export interface KeyedAccount {
  readonly account: string
  readonly key: AccountKey
  /** The same text read in the other form: tried when the key is refused. */
  readonly otherKey?: AccountKey | undefined
}

/** What became of the key. */
export interface KeyTrial {
  /** Why the rules that need the key cannot be judged; undefined when the receiver takes it. */
  readonly why?: string
  /** K1 and K2. */
  readonly judgements: readonly (readonly [rule: string, judged: Judgement])[]
  readonly conversations: readonly Seen[]
  /** No message got any answer. */
  readonly silent: boolean
}

export const KEY_TRIAL_RULES: readonly RuleText[] = [
  {
    rule: 'K1',
    name: 'the key',
    sends: 'a message encrypted with the key of the account; when refused, one with its other form and one in clear',
    expected: 'ACK',
  },
  {
    rule: 'K2',
    name: 'answers are encrypted',
    sends: '(the same)',
    expected: 'what came encrypted is acknowledged encrypted',
  },
]

const NOT_TAKEN = 'the receiver does not take the key (K1)'

/** Conversations that a trial may need. */
export const KEY_TRIAL_CONVERSATIONS = 3

export function cipherOf({key}: KeyedAccount): Cipher {
  return {key, pad: padding()}
}

/** `desk` is that of the keyed account; `seqs`: the numbers of each conversation. */
export async function tryKey(
  desk: Desk,
  {key, otherKey}: KeyedAccount,
  seqs: readonly (readonly number[])[],
): Promise<KeyTrial> {
  const conversations: Seen[] = []
  const ask = async (cipher: Cipher | undefined, index: number): Promise<Seen | undefined> => {
    const seen = await converse({steps: () => []}, seqs[index] ?? [], {...desk, cipher}).catch(nobody)
    if (seen) conversations.push(seen)
    return seen
  }
  const own = await ask(desk.cipher, 0)
  if (own?.before.acked) {
    return {
      judgements: [
        ['K1', accepted(key)],
        ['K2', answeredIn(own)],
      ],
      conversations,
      silent: false,
    }
  }
  const other = otherKey && (await ask({key: otherKey, pad: padding()}, 1))
  const clear = await ask(undefined, 2)
  const detail = [own?.before.why ?? 'no connection', likely(other, otherKey, clear)].join('; ')
  const judged: Judgement = {verdict: 'fail', detail, saw: 'refused'}
  const silent = conversations.every(({all}) => all.length === 0)
  return {
    why: NOT_TAKEN,
    judgements: [
      ['K1', judged],
      ['K2', {verdict: 'not judged', detail: NOT_TAKEN}],
    ],
    conversations,
    silent,
  }
}

function nobody(error: unknown): undefined {
  if (!isCitywatchError(error)) throw error
}

function accepted({bits, fingerprint}: AccountKey): Judgement {
  return {verdict: 'pass', detail: `ACK: AES-${bits}, key ${fingerprint}`, saw: 'ACK'}
}

/** What a refused key most likely is. */
function likely(other: Seen | undefined, otherKey: AccountKey | undefined, clear: Seen | undefined): string {
  if (other?.before.acked) return `the key is right in its other form (hex or ASCII), as AES-${otherKey?.bits}`
  const tried = otherKey ? 'its other form (hex or ASCII) is refused, too' : 'it is no key in another form'
  return clear?.before.acked
    ? `${tried}; a message in clear is acknowledged: the receiver has no key for the account`
    : tried
}

/** An acknowledgement in clear can have been written by anybody on the way. */
function answeredIn({all}: Seen): Judgement {
  const acks = all.filter(({says}) => says === 'ACK' || says === 'RSP')
  const clear = acks.filter(({cover}) => cover === 'clear')
  const [culprit] = clear
  if (!culprit) return {verdict: 'pass', detail: 'acknowledged encrypted', saw: 'encrypted'}
  return {verdict: 'note', detail: 'answered in clear: anybody can have written it', saw: 'clear', culprit}
}
