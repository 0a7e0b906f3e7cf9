/** Reads a platform's whole log and compares it with what its senders know. */
import type {Ledger} from './senders.ts'

export interface Findings {
  readonly entries: number
  readonly gaps: number
  /** Acknowledged to its sender and not in the log. */
  readonly lost: number
  /** In the log more than once. */
  readonly doubled: number
  /** In the log, and nobody sent it. */
  readonly foreign: number
}

interface Entry {
  readonly seq: number
  readonly type: string
  readonly event?: {readonly id: string}
  readonly signal?: {readonly raw: string}
}

const PAGE = 2_000

export async function auditLog(url: string, ledger: Ledger): Promise<Findings> {
  const times = new Map<string, number>()
  let entries = 0
  let gaps = 0
  let after = 0
  for await (const {seq, event, signal} of everyEntry(url)) {
    if (seq !== after + 1) gaps++
    after = seq
    entries++
    const name = event?.id ?? signal?.raw
    if (name !== undefined) times.set(name, (times.get(name) ?? 0) + 1)
  }
  const names = [...times]
  return {
    entries,
    gaps,
    lost: [...ledger.acknowledged].filter((name) => !times.has(name)).length,
    doubled: names.filter(([, count]) => count > 1).length,
    foreign: names.filter(([name]) => !ledger.sent.has(name)).length,
  }
}

async function* everyEntry(url: string): AsyncGenerator<Entry> {
  const {epoch, head} = await json<{epoch: string; head: number}>(`${url}/v1/status`)
  for (let after = 0; after < head; ) {
    const {items} = await json<{items: readonly Entry[]}>(`${url}/v1/events?after=${epoch}-${after}&limit=${PAGE}`)
    if (items.length === 0) return
    yield* items
    after = items.at(-1)?.seq ?? head
  }
}

async function json<T>(url: string): Promise<T> {
  const reply = await fetch(url)
  if (!reply.ok) throw new Error(`${url} was answered with ${reply.status}`)
  return (await reply.json()) as T
}
