/** A walk test without a screen: one line a tick, until every point is settled. Loads no Ink. */
import {countdownText} from '../../cli/render/countdown.ts'
import {guardText, ticksOf, tickText} from '../../cli/render/walk.ts'
import {safeText} from '../../lib/safe-text.ts'
import type {EndLine} from '../../panel/walk/lines.ts'
import {isDone, windowAt} from '../../panel/walk/state.ts'
import type {Walk} from '../../panel/walk/walk.ts'

export interface WalkPlainOptions {
  readonly walk: Walk
  /** Ends the walk. */
  readonly signal: AbortSignal
  /** `none`: only the report is wanted. */
  readonly format: 'tsv' | 'jsonl' | 'none'
  readonly print: (line: string) => void
  /** What a person should know and a program need not. */
  readonly note: (text: string) => void
  /** Absent: until all points are settled, or the account is no longer on test. */
  readonly timeoutMs?: number | undefined
}

/** How it ended: `off-test` when the on-test window ran out. Rejects when the record cannot be written. */
export async function walkPlain(options: WalkPlainOptions): Promise<EndLine['how']> {
  const {walk, signal, timeoutMs} = options
  const over = new Over(signal)
  tell(options)
  const quiet = follow(options, over)
  const waiting = [watchWindow(options, over), ...(timeoutMs === undefined ? [] : [watchTime(walk, timeoutMs, over)])]
  try {
    if (isDone(walk.state())) over.end('finished')
    await walk.listen(over.signal)
    return over.how
  } finally {
    quiet()
    over.end('stopped')
    await Promise.all(waiting)
  }
}

/** The end of a walk, whoever calls it first. */
class Over {
  how: EndLine['how'] = 'stopped'
  readonly #stop = new AbortController()
  readonly signal: AbortSignal

  constructor(signal: AbortSignal) {
    this.signal = AbortSignal.any([signal, this.#stop.signal])
  }

  end(how: EndLine['how']): void {
    if (!this.signal.aborted) this.how = how
    this.#stop.abort()
  }
}

function tell({walk, format, print}: WalkPlainOptions): void {
  if (format !== 'jsonl') return
  const {account, clock, receiver} = walk.options
  const window = windowAt(walk.state(), clock.now())
  const guard = {account, isOnTest: window !== undefined, ...(window ? {window} : {})}
  print(JSON.stringify({guard, text: safeText(guardText(walk.state(), clock.now(), receiver))}))
}

function follow({walk, format, print, note}: WalkPlainOptions, over: Over): () => void {
  let before = walk.state()
  let isLost = false
  const quiet = [
    walk.subscribe((state, line) => {
      const ticks = ticksOf(before, state, line)
      before = state
      if (format !== 'none') for (const tick of ticks) print(format === 'jsonl' ? JSON.stringify(tick) : tickText(tick))
      if (isDone(state)) over.end('finished')
    }),
    walk.onLink(() => {
      const {link, detail} = walk.link
      if (link === 'lost' && !isLost) note(`line lost, trying again: ${detail}`)
      if (link === 'live' && isLost) note('line restored: what came meanwhile follows')
      if (link !== 'connecting') isLost = link === 'lost'
    }),
  ]
  return () => {
    for (const stop of quiet) stop()
  }
}

/** How long before the end of the window a person is told. */
const WARN_MS: readonly number[] = [10 * 60_000, 5 * 60_000, 60_000]

/** Warns, and ends the walk when the account is no longer on test: what comes then is real. */
async function watchWindow({walk, note}: WalkPlainOptions, over: Over): Promise<void> {
  const {clock, onTest} = walk.options
  if (!onTest) return
  while (!over.signal.aborted) {
    const window = windowAt(walk.state(), clock.now())
    if (!window) return over.end('off-test')
    const left = window.until - clock.now()
    const next = WARN_MS.find((ms) => ms < left) ?? 0
    await clock.sleep(left - next, over.signal).catch(() => undefined)
    if (!over.signal.aborted && next > 0) note(`the account is on test for another ${countdownText(next)} only`)
  }
}

async function watchTime({options: {clock}}: Walk, timeoutMs: number, over: Over): Promise<void> {
  await clock.sleep(timeoutMs, over.signal).then(
    () => over.end('timeout'),
    () => undefined,
  )
}
