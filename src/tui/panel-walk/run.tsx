/** Opens the walk test's screen on this terminal and leaves the terminal as it was, however it ends. */
import {ticksOf} from '../../cli/render/walk.ts'
import {isCitywatchError} from '../../lib/errors.ts'
import type {EndLine} from '../../panel/walk/lines.ts'
import {WEIGHT} from '../../panel/walk/listing.ts'
import {isDone, type WalkState} from '../../panel/walk/state.ts'
import type {Walk} from '../../panel/walk/walk.ts'
import {lookOf} from '../alarm-watch/look.ts'
import {openScreen, SPARE_ROWS, sizeOf, type Terminal} from '../screen.ts'
import {App} from './app.tsx'
import type {Effect} from './keys.ts'
import {initial} from './state.ts'
import {Store} from './store.ts'

export interface WalkScreenOptions {
  readonly walk: Walk
  /** Closes the screen. */
  readonly signal: AbortSignal
  /** Marks in ASCII, also where the terminal could draw more. */
  readonly ascii: boolean
  readonly bell: boolean
  /** What a person should know at the beginning. */
  readonly news: readonly string[]
  /** Absent: the process's own. */
  readonly terminal?: Terminal
}

const BELL = '\u0007'

/** Until q or Ctrl-C is pressed or `signal` aborts. Ctrl-C sets the exit status 130. Rejects when the record cannot be written. */
export async function walkScreen(options: WalkScreenOptions): Promise<EndLine['how']> {
  const {walk, signal, terminal = process, ascii, bell, news} = options
  const {clock, receiver} = walk.options
  const size = sizeOf(terminal)
  const start = {now: clock.now(), walk: walk.state(), link: walk.link, receiver, size, hasBell: bell, news}
  const store = new Store(initial(start), clock)
  const stop = new AbortController()
  const line = AbortSignal.any([signal, stop.signal])
  const look = lookOf(process.env, {ascii})
  const onEffect = (effect: Effect) => {
    if (effect.type === 'repaint') return screen.repaint()
    store.dispatch({type: 'mode', mode: {type: 'list'}})
    if (effect.type === 'interrupt') process.exitCode = 130
    if (effect.type === 'interrupt' || effect.type === 'quit') return stop.abort()
    void wish(walk, store, effect)
  }
  const draw = () => <App store={store} look={look} spareRows={SPARE_ROWS} onEffect={onEffect} />
  const screen = openScreen(terminal, draw, () => stop.abort())
  const quiet = follow(walk, store, () => terminal.stdout.write(BELL))
  try {
    void store.run(line)
    await walk.listen(line)
    return isDone(walk.state()) ? 'finished' : 'stopped'
  } finally {
    stop.abort()
    quiet()
    screen.close()
    await screen.closed()
  }
}

/** Every step of the walk into the store; the bell for what is worth looking up for. */
function follow(walk: Walk, store: Store, ring: () => void): () => void {
  let before = walk.state()
  const quiet = [
    walk.subscribe((state, line) => {
      const ticked = line.type === 'heard' ? tickedIn(state, line.n) : undefined
      const isFault = ticksOf(before, state, line).some(({what}) => isFaultKind(what))
      before = state
      store.push({type: 'walk', walk: state, ...(ticked === undefined ? {} : {ticked})})
      if ((ticked !== undefined || isFault) && store.state().hasBell) ring()
    }),
    walk.onLink(() => store.push({type: 'link', link: walk.link})),
  ]
  return () => {
    for (const stop of quiet) stop()
  }
}

function tickedIn({points}: WalkState, n: number): string | undefined {
  for (const [key, {alarm, restore}] of points) if (alarm?.n === n || restore?.n === n) return key
  return undefined
}

function isFaultKind(kind: string): boolean {
  return Object.entries(WEIGHT).some(([name, weight]) => name === kind && weight === 'fault')
}

/** To the platform or into the record; what cannot be done is said and changes nothing. */
async function wish(walk: Walk, store: Store, effect: Exclude<Effect, {type: 'quit' | 'interrupt' | 'repaint'}>) {
  store.dispatch({type: 'busy', isBusy: true})
  try {
    if (effect.type === 'decide') await walk.decide(effect.what, effect.key, effect.text)
    else if (effect.type === 'pause') await walk.pause()
    else await walk.extend()
  } catch (error) {
    const why = isCitywatchError(error)
      ? `${error.code} ${error.params.detail ?? error.params.expected ?? ''}`
      : String(error)
    store.dispatch({type: 'notice', text: `NOT done: ${why.trim()}`})
  } finally {
    store.dispatch({type: 'walk', walk: walk.state()})
    store.dispatch({type: 'busy', isBusy: false})
  }
}
