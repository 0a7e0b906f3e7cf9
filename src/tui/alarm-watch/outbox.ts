/** Sends what the operator decided: kept while the line is lost, sent again without harm, never taken for done before the platform says so. */
import {isCitywatchError} from '../../lib/errors.ts'
import {type SafeText, safeText} from '../../lib/safe-text.ts'
import type {Ack} from './acks.ts'
import {type Feed, whyLost} from './feed.ts'
import type {State} from './state.ts'
import type {Store} from './store.ts'

const MAX_IN_FLIGHT = 4

/** Watches the store until `signal` aborts. `by` is the operator's name. */
export function runOutbox(store: Store, feed: Feed, by: SafeText, signal: AbortSignal): void {
  const inFlight = new Set<number>()
  const look = () => {
    for (const [id, ack] of ready(store.state())) {
      if (inFlight.size >= MAX_IN_FLIGHT || signal.aborted) return
      if (inFlight.has(id)) continue
      inFlight.add(id)
      store.dispatch({type: 'ack-sent', id})
      void send(store, feed, by, id, ack).finally(() => {
        inFlight.delete(id)
        look()
      })
    }
  }
  const stop = store.subscribe(look)
  signal.addEventListener('abort', stop, {once: true})
}

function ready({acks, link, now}: State): [number, Ack][] {
  if (link.phase !== 'live') return []
  return [...acks].filter(([, ack]) => ack.state === 'queued' && ack.retryAt <= now)
}

async function send(store: Store, feed: Feed, by: SafeText, id: number, {version, wish}: Ack): Promise<void> {
  try {
    const alarm = await (wish.verb === 'ack' ? feed.ack({id, version, by}) : feed.act({id, version, by, ...wish}))
    store.dispatch({type: 'ack-done', id, alarm})
  } catch (error) {
    store.dispatch({type: 'ack-refused', id, why: kindOf(error), detail: safeText(whyLost(error), 200)})
  }
}

function kindOf(error: unknown): 'conflict' | 'failed' | 'unreachable' {
  if (isCitywatchError(error, 'CW_CONFLICT')) return 'conflict'
  const isLine = ['CW_NO_PLATFORM', 'CW_UNREACHABLE', 'CW_TIMEOUT'] as const
  return isLine.some((code) => isCitywatchError(error, code)) ? 'unreachable' : 'failed'
}
