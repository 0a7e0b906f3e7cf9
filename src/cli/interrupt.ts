/** Ctrl-C and SIGTERM: the first stops new work, the second ends the process at once. */

const EXIT: Readonly<Record<string, number>> = {SIGINT: 130, SIGTERM: 143, SIGHUP: 129}

export interface Interrupt {
  /** Aborts at the first signal. The exit status is already set then (130, 143). */
  readonly signal: AbortSignal
  /** Stops listening; the default handling is back. */
  release(): void
}

/** Listens for interrupts until released. A second signal exits at once. */
export function onInterrupt(): Interrupt {
  const stop = new AbortController()
  const handle = (name: NodeJS.Signals) => {
    process.exitCode = EXIT[name] ?? 130
    if (stop.signal.aborted) process.exit()
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
