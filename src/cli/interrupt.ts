/** Ctrl-C and SIGTERM: the first stops new work, the second ends the process at once. */

const EXIT: Readonly<Record<string, number>> = {SIGINT: 130, SIGTERM: 143, SIGHUP: 129}

export interface Interrupt {
  /** Aborts at the first signal. The exit status is already set then (130, 143). */
  readonly signal: AbortSignal
  /** Stops listening; the default handling is back. */
  release(): void
}

/** One Ctrl-C may arrive twice: the terminal sends it to everyone, and npm or the launcher hands it on. ms. */
const ECHO_MS = 500

/** Listens for interrupts until released. A second signal exits at once; one right behind the first is its echo. */
export function onInterrupt(): Interrupt {
  const stop = new AbortController()
  let first = 0
  const handle = (name: NodeJS.Signals) => {
    const now = performance.now()
    if (stop.signal.aborted) {
      // A terminal that is gone cannot ask twice.
      if (name !== 'SIGHUP' && now - first > ECHO_MS) process.exit()
      return
    }
    process.exitCode = EXIT[name] ?? 130
    first = now
    stop.abort()
  }
  const names: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const name of names) process.on(name, handle)
  return {
    signal: stop.signal,
    release() {
      for (const name of names) process.off(name, handle)
    },
  }
}

/** Resolves once the signal has aborted: what serves until it is stopped waits here. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), {once: true}))
}
