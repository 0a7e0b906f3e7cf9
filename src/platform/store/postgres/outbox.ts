/** What this node heard and the others do not know yet: each device once, and kept until every one of them has it. */
import type {WatchedKind} from '../../../model/supervision.ts'
import {signName} from './signs.ts'

/** Devices in one flush; more follow at once. */
const MAX_FLUSH = 50_000
/** Devices that wait, at most: beyond, only those are told of that wait already. */
const MAX_WAITING = 8_000_000

export interface Flush {
  readonly number: number
  /** From this one on, what was in the flushes before is in this one or in later ones. */
  readonly first: number
  /** By signName: when it was heard, ms. */
  readonly signs: ReadonlyMap<string, number>
  /** Nothing waits besides. */
  readonly isAll: boolean
}

export class Outbox {
  #waiting = new Map<string, number>()
  #sent: Flush[] = []
  #number = 0
  /** Where the next flush begins, when those before may not have arrived. */
  #redo: number | undefined

  get size(): number {
    return this.#waiting.size
  }

  add(kind: WatchedKind, id: string, now: number): void {
    const name = signName(kind, id)
    if (this.#waiting.size < MAX_WAITING || this.#waiting.has(name)) this.#waiting.set(name, now)
  }

  take(): Flush {
    const number = ++this.#number
    const isAll = this.#waiting.size <= MAX_FLUSH
    const signs = isAll ? this.#waiting : this.#some()
    if (isAll) this.#waiting = new Map()
    const flush = {number, first: this.#redo ?? number, signs, isAll}
    this.#redo = undefined
    this.#sent.push(flush)
    return flush
  }

  /** As many as go with one flush, taken out. */
  #some(): Map<string, number> {
    const signs = new Map<string, number>()
    for (const [name, at] of this.#waiting) {
      signs.set(name, at)
      this.#waiting.delete(name)
      if (signs.size === MAX_FLUSH) break
    }
    return signs
  }

  /** Every node that is there has all up to this flush. */
  arrived(upTo: number): void {
    while (this.#sent[0] && this.#sent[0].number <= upTo) this.#sent.shift()
  }

  /** Whatever is not known to have arrived is sent again: the line was lost, or the server with what was in its memory. */
  again(): void {
    for (const {signs, first} of this.#sent) {
      this.#redo = Math.min(this.#redo ?? first, first)
      for (const [name, at] of signs) this.#waiting.set(name, Math.max(at, this.#waiting.get(name) ?? at))
    }
    this.#sent = []
  }
}
