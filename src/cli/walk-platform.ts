/** The platform as the source of a walk test's signals: its log from a position on, so that nothing is lost while the tester is away. */
import type {Clock} from '../lib/clock.ts'
import {safeText} from '../lib/safe-text.ts'
import type {LogEntry, Position} from '../model/log-entry.ts'
import type {Ears, SignalSource} from '../panel/walk/source.ts'
import type {WatchMessage, WatchOptions} from '../platform/watch.ts'

/** What is needed of a platform; `PlatformClient` fits. */
export interface Log {
  readonly url: string
  status(): Promise<{readonly epoch: string; readonly head: number}>
  watch(after: Position, options: WatchOptions): AsyncIterable<WatchMessage>
}

/** Entries of others after which the position is written down: a resumed walk reads at most so many twice. */
const SEEN_EVERY = 1_000

/** Begins at the end of the log, read now. Throws what `status` throws. */
export async function platformSource(log: Log, account: string, clock: Clock): Promise<SignalSource> {
  const {epoch, head} = await log.status()
  const stop = new AbortController()
  return {
    receiver: log.url,
    key: null,
    async run(ears, after, signal) {
      const from = after ?? {epoch, seq: head}
      // Before the first signal: a walk that is killed before it knows where it began.
      if (!after) await ears.seen(from)
      await follow(log, from, {account, ears}, {clock, signal: AbortSignal.any([signal, stop.signal])})
    },
    async close() {
      stop.abort()
    },
  }
}

interface Walker {
  readonly account: string
  readonly ears: Ears
}

async function follow(log: Log, from: Position, walker: Walker, options: WatchOptions): Promise<void> {
  let {epoch} = from
  let passed = 0
  for await (const message of log.watch(from, options)) {
    if (message.type === 'link') walker.ears.link(message.link, message.detail)
    if (message.type === 'reset') {
      ;({epoch} = message.position)
      await walker.ears.gap(safeText(`${log.url} has another log now`))
      await walker.ears.seen(message.position)
    }
    if (message.type !== 'entry') continue
    const position = {epoch, seq: message.entry.seq}
    const isOurs = await told(message.entry, position, walker)
    passed = isOurs ? 0 : passed + 1
    if (passed % SEEN_EVERY === SEEN_EVERY - 1) await walker.ears.seen(position)
  }
}

/** False for what is none of this account's. */
async function told(entry: LogEntry, position: Position, {account, ears}: Walker): Promise<boolean> {
  const {at} = entry
  if (entry.type === 'signal' && entry.signal.account === account) {
    const {signal, onTest} = entry
    await ears.heard({at, signal, position, ...(onTest === undefined ? {} : {onTest})})
    return true
  }
  if (entry.type !== 'refusal' || entry.from !== `account ${account}`) return false
  await ears.refused({at, from: entry.from, reason: entry.reason, of: account})
  return true
}
