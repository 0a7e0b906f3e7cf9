/** Opens the alarm monitor on this terminal and leaves the terminal as it was, however it ends. */
import type {Clock} from '../../lib/clock.ts'
import {type SafeText, safeText} from '../../lib/safe-text.ts'
import type {Jurisdiction} from '../../model/jurisdiction.ts'
import {openScreen, SPARE_ROWS, sizeOf, type Terminal} from '../screen.ts'
import {App} from './app.tsx'
import {type Feed, follow, whyLost} from './feed.ts'
import type {Effect} from './keys.ts'
import {lookOf} from './look.ts'
import {runOutbox} from './outbox.ts'
import {initial} from './state.ts'
import {Store} from './store.ts'

export interface WatchAlarmsOptions {
  readonly feed: Feed
  readonly clock: Clock
  /** Who acknowledges. */
  readonly by: SafeText
  /** Closes the monitor. */
  readonly signal: AbortSignal
  /** Only this part of the hierarchy; panic passes. Absent: all. */
  readonly scope?: Jurisdiction
  /** Marks in ASCII, also where the terminal could draw more. */
  readonly ascii?: boolean
  /** Absent: the process's own. */
  readonly terminal?: Terminal
}

/** Until q or Ctrl-C is pressed or `signal` aborts. Ctrl-C sets the exit status 130. */
export async function watchAlarms(options: WatchAlarmsOptions): Promise<void> {
  const {feed, clock, by, scope = '', signal, terminal = process} = options
  const size = sizeOf(terminal)
  const store = new Store(
    initial({now: clock.now(), url: feed.url, detail: safeText(feed.url, 200), size, scope}),
    clock,
  )
  const stop = new AbortController()
  const line = AbortSignal.any([signal, stop.signal])
  let retry = new AbortController()

  const onEffect = ({type}: Effect) => {
    if (type === 'repaint') return screen.repaint()
    if (type === 'retry') {
      retry.abort()
      retry = new AbortController()
      return
    }
    if (type === 'interrupt') process.exitCode = 130
    close()
  }
  const look = lookOf(process.env, {ascii: options.ascii ?? false})
  const draw = () => <App store={store} look={look} spareRows={SPARE_ROWS} onEffect={onEffect} />
  const close = () => screen.close()
  const screen = openScreen(terminal, draw, close)
  line.addEventListener('abort', close, {once: true})
  try {
    if (signal.aborted) close()
    runOutbox(store, feed, by, line)
    void store.run(line)
    void pump(store, feed, {clock, signal: line, retry: () => retry.signal})
    await screen.closed()
  } finally {
    stop.abort()
  }
}

/** From the feed into the store. What should never happen is shown, not thrown: the last picture stays. */
async function pump(store: Store, feed: Feed, options: Parameters<typeof follow>[1]): Promise<void> {
  try {
    for await (const message of follow(feed, options)) store.push(message)
  } catch (error) {
    store.push({type: 'link', link: 'lost', detail: safeText(`the monitor's feed broke: ${whyLost(error)}`, 200)})
  }
}
