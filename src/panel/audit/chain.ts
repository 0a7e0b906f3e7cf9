/**
 * The audit log's lines: JSON, each with the SHA-256 of the line before it, so that a line that was changed, added or
 * taken out between two others shows. What is cut off the end does not: note the last hash elsewhere.
 *
 *   {"at":…,"by":"anna","what":"send",…,"prev":"<64 hex digits of the line before; zeros for the first>"}
 *   {…,"what":"repair","torn":"<hash of what was cut short before it>","prev":"<hash of the line before that>"}
 *
 * What a kill cut short stays where it is; the repair behind it names it and follows from the line before.
 */
import {createHash} from 'node:crypto'
import type {AuditEntry} from './entry.ts'

export interface AuditLine extends AuditEntry {
  /** Ms since the epoch, UTC. */
  readonly at: number
  readonly by: string
  readonly prev: string
  /** Of a repair: the hash of what was cut short before it. */
  readonly torn?: string
}

/** What the first line says of the line before it. */
export const FIRST = '0'.repeat(64)

export function hashOf(line: Uint8Array | string): string {
  return createHash('sha256').update(line).digest('hex')
}

export function lineText(line: AuditLine): string {
  const {prev, ...rest} = line
  return JSON.stringify({...rest, prev})
}

/** Undefined for what is no line of ours. */
export function readLine(text: string): AuditLine | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isLine(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isLine(value: unknown): value is AuditLine {
  if (typeof value !== 'object' || value === null) return false
  const {at, by, what, account, prev, torn} = value as Record<string, unknown>
  const texts = [by, what, account, prev].every((member) => typeof member === 'string')
  return texts && Number.isSafeInteger(at) && (torn === undefined || typeof torn === 'string')
}

export interface Verdict {
  readonly state: 'intact' | 'broken' | 'torn'
  /** Lines read. */
  readonly lines: number
  /** Number of the first line that is not right, counted from 1; absent when intact. */
  readonly line?: number
  /** What is wrong with it. */
  readonly why?: string
  /** Lines that a kill cut short and a repair names. */
  readonly repaired: readonly number[]
  /** SHA-256 of the last line. */
  readonly last: string
}

/** `whole` is false for a last line without its line end. */
export interface RawLine {
  readonly bytes: Uint8Array
  readonly whole: boolean
}

/** Stops at the first line that breaks the chain: what stands behind it proves nothing. */
export async function verifyChain(lines: AsyncIterable<RawLine> | Iterable<RawLine>): Promise<Verdict> {
  const chain = new Chain()
  for await (const line of lines) if (!chain.take(line)) break
  return chain.verdict()
}

class Chain {
  #lines = 0
  #last = FIRST
  #torn: Tear | undefined
  readonly #repaired: number[] = []
  #fault: {readonly line: number; readonly why: string; readonly isTail: boolean} | undefined

  /** False when there is nothing more to learn. */
  take({bytes, whole}: RawLine): boolean {
    this.#lines += 1
    const line = readLine(Buffer.from(bytes).toString('utf8'))
    if (line === undefined) {
      this.#torn ??= new Tear(this.#lines, this.#last)
      this.#torn.add(bytes)
      this.#last = hashOf(bytes)
      return true
    }
    if (this.#torn) {
      if (!this.#repairs(line, this.#torn)) return false
    } else if (line.torn !== undefined) return this.#fail(this.#lines, 'it repairs a line that is not there')
    if (line.prev !== this.#last) return this.#fail(this.#lines, 'it does not follow from the line before')
    this.#last = hashOf(bytes)
    // A line end that a kill took is no loss; anything more than the last line has one.
    if (!whole) this.#fault = {line: this.#lines, why: 'its line end is missing: a program was killed', isTail: true}
    return true
  }

  verdict(): Verdict {
    const fault = this.#fault ?? this.#openTear()
    const seen = {lines: this.#lines, repaired: this.#repaired, last: this.#last}
    if (fault === undefined) return {state: 'intact', ...seen}
    return {state: fault.isTail ? 'torn' : 'broken', line: fault.line, why: fault.why, ...seen}
  }

  /** The line behind a tear follows from the last one before it. */
  #repairs(line: AuditLine, torn: Tear): boolean {
    if (line.torn !== torn.hash()) {
      return this.#fail(torn.line, 'it cannot be read, and what stands behind it is not its repair')
    }
    for (let at = torn.line; at < this.#lines; at++) this.#repaired.push(at)
    this.#torn = undefined
    this.#last = torn.before
    return true
  }

  #openTear() {
    if (!this.#torn) return undefined
    const why = 'it is cut short: a program was killed while it wrote; the next entry repairs that'
    return {line: this.#torn.line, why, isTail: true}
  }

  #fail(line: number, why: string): false {
    this.#fault = {line, why, isTail: false}
    return false
  }
}

/** Lines one after the other that cannot be read; `line` is the number of the first, `before` the hash of the one ahead of it. */
class Tear {
  readonly line: number
  readonly before: string
  readonly #hash = createHash('sha256')

  constructor(line: number, before: string) {
    this.line = line
    this.before = before
  }

  add(bytes: Uint8Array): void {
    this.#hash.update(bytes).update('\n')
  }

  hash(): string {
    return this.#hash.copy().digest('hex')
  }
}

/** The hash that a repair gives of the lines that it names. */
export function tornHash(lines: readonly Uint8Array[]): string {
  const tear = new Tear(0, FIRST)
  for (const line of lines) tear.add(line)
  return tear.hash()
}
