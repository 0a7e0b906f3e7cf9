/** What a rule of the negative suite is: what is sent, what a receiver should do, and how its answers are judged. */
import type {Cipher} from '../../protocol/dc09/cipher.ts'
import type {Answer} from './answer.ts'

/** `differs`: breaks the rule as a product that is known for it does. `note`: either is allowed, the detail says which it was. */
export type Verdict = 'pass' | 'fail' | 'note' | 'differs' | 'not judged'

export interface Judgement {
  readonly verdict: 'pass' | 'fail' | 'note' | 'not judged'
  /** What was seen, or why nothing can be said. */
  readonly detail: string
  /** The word by which a known product's fault is found. */
  readonly saw?: string
  /** The one answer that shows it, where a rule is about many. */
  readonly culprit?: Answer
}

/** The number and the words of a rule. */
export interface RuleText {
  /** `1` … `22` as in the list of negative cases; `K…` the key; `G…` good messages; `A…` the answers themselves. */
  readonly rule: string
  readonly name: string
  readonly sends: string
  readonly expected: string
}

/** A rule with a conversation of its own: good message, what it sends, good message. */
export interface SentRule extends RuleText {
  /** Only here; absent: on both. */
  readonly transport?: 'tcp'
  /** Asked of the account that has a key; the good messages around it are encrypted. */
  readonly keyed?: true
  /** What it sends only exists in clear. */
  readonly clearOnly?: true
  /** The receiver must go on with the next message on the same connection; else it may close it. */
  readonly goesOn?: true
  /** How often its message is stored is looked up, where that can be seen. */
  readonly counted?: true
  readonly steps: (kit: Kit) => readonly Step[]
  readonly judge: (seen: Seen) => Judgement
}

/** A rule about every answer of the whole run. */
export interface AnswerRule extends RuleText {
  /** `conversations` holds the trial and every rule's. */
  readonly judge: (conversations: readonly Seen[]) => Judgement
}

/** Bytes sent together, and the answers to wait for before going on. */
export interface Step {
  /** One write (or datagram) each. */
  readonly chunks: readonly Uint8Array[]
  /** Pause between two writes, so that they travel apart, ms. */
  readonly gapMs?: number
  /** Messages in it; 1 when absent. No more answers than this are waited for. */
  readonly messages?: number
}

/** What a rule makes its messages of. */
export interface Kit {
  readonly account: string
  readonly unknownAccount: string
  /** Ms since the epoch by the receiver's clock. */
  readonly now: number
  /** What the account's messages are encrypted with; undefined: in clear. */
  readonly cipher: Cipher | undefined
  /** A message number that was not used before, four digits. The same index gives the same number. */
  seq(index: number): string
}

export interface Seen {
  /** What the rule wrote, one entry a write. */
  readonly sent: readonly Uint8Array[]
  /** Answers to what the rule wrote, in order. */
  readonly answers: readonly Answer[]
  /** Numbers of the messages of the rule, as `Kit.seq` gave them. */
  readonly seqs: readonly number[]
  /** Every answer of the conversation, those to the good messages included. */
  readonly all: readonly Answer[]
  /** Answers that nothing was sent for: a message answered twice. */
  readonly surplus: number
  readonly before: GoodMessage
  /** `anew`: only on a new connection. Absent when it was not sent. */
  readonly behind?: GoodMessage | 'anew'
  /** The receiver ended the connection before the good message behind. */
  readonly closed: boolean
  readonly udp: boolean
  /** How often the rule's first message was stored; undefined when that cannot be seen. */
  readonly stored?: number
}

/** What became of a good message. */
export interface GoodMessage {
  readonly acked: boolean
  /** Why not. */
  readonly why?: string
  /** What refused it. */
  readonly answer?: Answer
  /** From its last byte to its acknowledgement, ms; absent when there was none. */
  readonly tookMs?: number
}
