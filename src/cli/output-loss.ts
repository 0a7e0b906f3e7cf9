/** A reader or terminal that goes away must not end the process before it has put things in order. */

export interface OutputLoss {
  /** Aborts when standard output or standard error cannot be written any more. */
  readonly signal: AbortSignal
  /** The process ends at once again when its output is gone. */
  release(): void
}

/** Until released, a broken output only aborts `signal`; what is written afterwards is lost in silence. */
export function onOutputLoss(streams: readonly NodeJS.EventEmitter[] = [process.stdout, process.stderr]): OutputLoss {
  const stop = new AbortController()
  const handle = () => stop.abort()
  const before = streams.map((stream) => {
    const listeners = stream.listeners('error')
    stream.removeAllListeners('error')
    stream.on('error', handle)
    return listeners
  })
  return {
    signal: stop.signal,
    release() {
      for (const [index, stream] of streams.entries()) {
        stream.off('error', handle)
        for (const listener of before[index] ?? []) stream.on('error', listener as (error: Error) => void)
      }
    },
  }
}
