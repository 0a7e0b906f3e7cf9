/** Effects only: the store onto the screen, keys into messages. */
import {useInput, usePaste, useWindowSize} from 'ink'
import {useEffect, useSyncExternalStore} from 'react'
import {safeText} from '../../lib/safe-text.ts'
import type {Look} from '../alarm-watch/look.ts'
import {strokes} from '../alarm-watch/strokes.ts'
import {Lines} from '../alarm-watch/view.tsx'
import {frame} from './frame.ts'
import {type Effect, isDecision, isEffect, meaningOf} from './keys.ts'
import type {Store} from './store.ts'

export interface AppProps {
  readonly store: Store
  readonly look: Look
  /** Rows to leave free at the bottom. */
  readonly spareRows: number
  readonly onEffect: (effect: Effect) => void
}

const MAX_PASTE = 200

export function App({store, look, spareRows, onEffect}: AppProps) {
  const state = useSyncExternalStore(store.subscribe, store.state)
  const {columns, rows} = useWindowSize()
  useEffect(() => {
    store.dispatch({type: 'resize', size: {columns, rows: rows - spareRows}})
  }, [store, columns, rows, spareRows])
  useInput((input, press) => {
    for (const {name, text, isAlone} of strokes(input, {...press})) {
      const meaning = meaningOf(store.state(), name, text)
      if (meaning === undefined || (isDecision(meaning) && !isAlone)) continue
      if (isEffect(meaning)) onEffect(meaning)
      else store.dispatch(meaning)
    }
  })
  usePaste((text) => {
    const {mode, filter} = store.state()
    const pasted = safeText(text, MAX_PASTE)
    if (mode.type === 'filter') store.dispatch({type: 'text', text: filter + pasted})
    if (mode.type === 'entry') store.dispatch({type: 'text', text: (mode.text + pasted).slice(0, MAX_PASTE)})
  })
  return <Lines lines={frame(state, look)} isColored={look.isColored} />
}
