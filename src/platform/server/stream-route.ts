/** GET /v1/stream: where the watcher stands, and what it gets first. */
import type {IncomingMessage, ServerResponse} from 'node:http'
import type {Position} from '../../model/log-entry.ts'
import {HEARTBEAT_HEADER} from '../contract.ts'
import {parseFilter} from '../parse/filter.ts'
import {parsePosition} from '../position.ts'
import type {Store} from '../store/port.ts'
import {isReadable} from './handlers.ts'
import {refusal} from './refusal.ts'
import type {StreamHub} from './stream-hub.ts'
import {heartbeatText, resetText} from './stream-text.ts'

const MAX_STREAMS = 1_000

/** Rejects with a Refusal before anything is written: 400 for a position or a filter that is none, 503 when there are too many watchers. */
export async function serveStream(
  {store, hub, heartbeatMs}: {readonly store: Store; readonly hub: StreamHub; readonly heartbeatMs: number},
  request: IncomingMessage,
  query: URLSearchParams,
  response: ServerResponse,
): Promise<void> {
  const asked = askedPosition(request, query)
  const filter = parseFilter(query)
  const resumes = asked !== null && (await isReadable(store, asked))
  if (hub.size >= MAX_STREAMS) throw refusal(503, 'stream', `${hub.size} watchers`, `at most ${MAX_STREAMS}`)
  // A stream ends with its connection. Without chunks every watcher gets the very same bytes, in one write.
  response.removeHeader('transfer-encoding')
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
    [HEARTBEAT_HEADER]: String(heartbeatMs),
  })
  const head = store.head() // from here on without a pause: the hub takes over from this sequence
  response.write(`retry: 1000\n${heartbeatText(head)}`)
  if (asked !== null && !resumes) response.write(resetText({epoch: store.epoch, seq: head}))
  hub.add(response, resumes ? asked.seq : head, filter)
}

/** `?after=` wins over Last-Event-ID; null when there is neither: from now on. */
function askedPosition(request: IncomingMessage, query: URLSearchParams): Position | null {
  const text = query.get('after') ?? request.headers['last-event-id']
  return text === undefined || text === '' ? null : parsePosition(String(text), 'after')
}
