/** One rule asked on a connection of its own: a good message, what the rule sends, a good message again. */
import {isCitywatchError} from '../../lib/errors.ts'
import {type Answer, acknowledges} from './answer.ts'
import {body, frame} from './craft.ts'
import {Line, type LineOptions} from './line.ts'
import type {GoodMessage, Kit, Seen, SentRule, Step} from './rule.ts'

export interface Desk extends LineOptions {
  readonly account: string
  readonly unknownAccount: string
  /** Receiver's time − own time, ms. */
  readonly offsetMs: number
  /** The receiver closes after each message: every message gets a connection. */
  readonly perMessage: boolean
}

/** Numbers that a conversation uses: the good ones before, behind and behind anew, and the rule's own. */
export const SEQS_PER_RULE = 5

/** Throws CW_UNREACHABLE and CW_TIMEOUT when nobody is there at the start. */
export async function converse(rule: Pick<SentRule, 'steps'>, seqs: readonly number[], desk: Desk): Promise<Seen> {
  const talk = new Talk(desk, seqs, await Line.dial(desk))
  try {
    return await talk.run(rule)
  } finally {
    talk.hangUp()
  }
}

class Talk {
  readonly #desk: Desk
  readonly #seqs: readonly number[]
  #line: Line
  readonly #all: Answer[] = []
  readonly #answers: Answer[] = []
  readonly #sent: Uint8Array[] = []
  #asked = 0
  #repeated = 0
  #closed = false

  constructor(desk: Desk, seqs: readonly number[], line: Line) {
    this.#desk = desk
    this.#seqs = seqs
    this.#line = line
  }

  async run({steps}: Pick<SentRule, 'steps'>): Promise<Seen> {
    const before = await this.#good(this.#seq(0))
    if (!before.acked) return this.#seen({before})
    for (const step of steps(this.#kit())) {
      if (this.#desk.perMessage) await this.#redial()
      await this.#do(step)
    }
    return this.#seen({before, behind: await this.#behind()})
  }

  hangUp(): void {
    this.#line.close()
  }

  /** Sends a message without fault and waits for its acknowledgement. Before anything else was sent, the first NAK decides. */
  async #good(seq: number): Promise<GoodMessage> {
    const {account} = this.#desk
    this.#line.send(frame(body({seq: digits(seq), account, at: this.#now()}, this.#desk.cipher)))
    const sentAt = this.#desk.clock.now()
    const deadline = this.#deadline()
    for (;;) {
      const answer = await this.#next(deadline)
      if (!answer && this.#sent.length === 0 && this.#line.failure) throw this.#line.failure
      if (!answer) return {acked: false, why: this.#silence()}
      if (acknowledges(answer, seq)) return {acked: true, tookMs: Math.max(0, this.#desk.clock.now() - sentAt)}
      const isRefusal = this.#sent.length === 0 && !acknowledges(answer, this.#seq(0))
      if (isRefusal) return {acked: false, why: whyNot(answer), answer}
      this.#sort(answer)
    }
  }

  async #do({chunks, gapMs = 0, messages = 1}: Step): Promise<void> {
    for (const [index, chunk] of chunks.entries()) {
      if (index > 0) await this.#desk.clock.sleep(gapMs, this.#desk.signal).catch(() => {})
      this.#sent.push(chunk)
      this.#line.send(chunk)
    }
    this.#asked += Math.max(messages, chunks.length)
    const deadline = this.#deadline()
    for (let left = messages; left > 0; ) {
      const answer = await this.#next(deadline)
      if (!answer) return
      if (this.#sort(answer)) left -= 1
    }
  }

  /** On the same connection if it still is one, else (or else as well) on a new one. */
  async #behind(): Promise<GoodMessage | 'anew'> {
    if (!this.#line.closed && !this.#desk.perMessage) {
      const same = await this.#good(this.#seq(1))
      if (same.acked) return same
    }
    // An end that comes right behind an answer is only noticed by now.
    this.#closed = this.#line.closed
    try {
      await this.#redial()
    } catch (error) {
      if (isCitywatchError(error)) return {acked: false, why: 'the receiver could not be reached any more'}
      throw error
    }
    const another = await this.#good(this.#seq(2))
    return another.acked && !this.#desk.perMessage ? 'anew' : another
  }

  /** Undefined once the time is over. Every answer is kept. */
  async #next(deadline: number): Promise<Answer | undefined> {
    const answer = await this.#line.next(deadline)
    if (answer) this.#all.push(answer)
    return answer
  }

  /** False for the first good message's acknowledgement come twice: it says nothing about the rule. */
  #sort(answer: Answer): boolean {
    if (acknowledges(answer, this.#seq(0))) {
      this.#repeated += 1
      return false
    }
    this.#answers.push(answer)
    return true
  }

  async #redial(): Promise<void> {
    this.#line.close()
    this.#line = await Line.dial(this.#desk)
  }

  #kit(): Kit {
    const {account, unknownAccount, cipher} = this.#desk
    return {account, unknownAccount, cipher, now: this.#now(), seq: (index) => digits(this.#seq(3 + index))}
  }

  #seq(index: number): number {
    return this.#seqs[index] ?? 1
  }

  #now(): number {
    return this.#desk.clock.now() + this.#desk.offsetMs
  }

  #deadline(): number {
    return this.#desk.clock.now() + this.#desk.waitMs
  }

  #silence(): string {
    return this.#line.closed ? 'the connection was closed' : `no answer within ${this.#desk.waitMs} ms`
  }

  #seen(rest: Pick<Seen, 'before' | 'behind'>): Seen {
    return {
      sent: this.#sent,
      answers: this.#answers,
      all: this.#all,
      seqs: this.#seqs.slice(3),
      surplus: this.#repeated + Math.max(0, this.#answers.length - this.#asked),
      closed: this.#closed,
      udp: this.#desk.transport === 'udp',
      ...rest,
    }
  }
}

function whyNot({says, frame, fault, cover}: Answer): string {
  if (cover === 'unopened') return `its answer (${says}) is encrypted and the key does not open it`
  if (fault) return `its answer is no valid frame (${fault.rule}: expected ${fault.expected})`
  if (frame && says === 'ACK') return `it acknowledged message ${frame.seq} instead`
  return says ?? 'it was answered with something else'
}

function digits(seq: number): string {
  return String(seq).padStart(4, '0')
}
