/** Whether a receiver has what it acknowledged, and each message once, by its capture file (`panel listen --capture`). */
import {createReadStream} from 'node:fs'
import {stat} from 'node:fs/promises'
import {createInterface} from 'node:readline'
import {CitywatchError} from '../../lib/errors.ts'

export interface Reconciled {
  /** Events of this run that are in the capture. */
  readonly stored: number
  /** Acknowledged, and not there: an alarm that nobody will ever see. */
  readonly missing: number
  /** Stored more often than sent. */
  readonly doubled: number
  /** Stored, but the acknowledgement did not arrive. */
  readonly unacknowledged: number
}

interface Counts {
  sent: number
  acked: number
  stored: number
}

const FIRST_SEQS = 10_000

/** The books of every number of every account. Link tests are not stored, and not in them. */
export class Reconciliation {
  readonly #path: string
  readonly #from: number
  readonly #accounts: ReadonlyMap<string, number>
  readonly #counts = new Map<number, Counts>()

  private constructor(path: string, from: number, accounts: readonly string[]) {
    this.#path = path
    this.#from = from
    this.#accounts = new Map(accounts.map((account, index) => [account, index]))
  }

  /** What is in the file already does not count. Throws CW_FILE_NOT_FOUND. */
  static async with(path: string, accounts: readonly string[]): Promise<Reconciliation> {
    const {size} = await stat(path).catch((cause: unknown) => {
      throw new CitywatchError('CW_FILE_NOT_FOUND', {path}, {cause})
    })
    return new Reconciliation(path, size, accounts)
  }

  sent(account: string, seq: number): void {
    const counts = this.#of(account, seq)
    if (counts) counts.sent += 1
  }

  acked(account: string, seq: number): void {
    const counts = this.#of(account, seq)
    if (counts) counts.acked += 1
  }

  /** Throws CW_IO. */
  async reconcile(): Promise<Reconciled> {
    try {
      const input = createReadStream(this.#path, {start: this.#from})
      for await (const line of createInterface({input, crlfDelay: Number.POSITIVE_INFINITY})) this.#stored(line)
    } catch (cause) {
      throw new CitywatchError('CW_IO', {path: this.#path, detail: 'not readable'}, {cause})
    }
    const sums = {stored: 0, missing: 0, doubled: 0, unacknowledged: 0}
    for (const {sent, acked, stored} of this.#counts.values()) {
      sums.stored += stored
      sums.missing += Math.max(0, acked - stored)
      sums.doubled += Math.max(0, stored - sent)
      sums.unacknowledged += Math.max(0, Math.min(stored, sent) - acked)
    }
    return sums
  }

  /** Of a message that was not sent in this run nothing is kept. */
  #stored(line: string): void {
    const heard = heardIn(line)
    const counts = heard && this.#counts.get(this.#key(heard.account, heard.seq))
    if (counts) counts.stored += 1
  }

  #of(account: string, seq: number): Counts | undefined {
    const key = this.#key(account, seq)
    if (key < 0) return undefined
    const known = this.#counts.get(key)
    if (known) return known
    const counts: Counts = {sent: 0, acked: 0, stored: 0}
    this.#counts.set(key, counts)
    return counts
  }

  #key(account: string, seq: number): number {
    const index = this.#accounts.get(account)
    return index === undefined ? -1 : index * FIRST_SEQS + seq
  }
}

/** Undefined for a line that is none of a capture; one that is still being written is no JSON yet. */
function heardIn(line: string): {readonly account: string; readonly seq: number} | undefined {
  try {
    const heard: {seq?: unknown; signal?: {account?: unknown} | null} | null = JSON.parse(line)
    const {seq, signal} = heard ?? {}
    if (typeof seq !== 'number' || typeof signal?.account !== 'string') return undefined
    return {account: signal.account, seq}
  } catch {
    return undefined
  }
}
