/** Effects only: the store onto the screen, keys into messages. */
import {useInput, usePaste, useWindowSize} from 'ink'
import {useEffect, useSyncExternalStore} from 'react'
import {safeText} from '../../lib/safe-text.ts'
import {type Effect, isDecision, isEffect, meaningOf} from './keys.ts'
import type {Look} from './look.ts'
import type {Store} from './store.ts'
import {strokes} from './strokes.ts'
import {View} from './view.tsx'

export interface AppProps {
  readonly store: Store
  readonly look: Look
  /** Rows to leave free at the bottom. */
  readonly spareRows: number
  readonly onEffect: (effect: Effect) => void
}

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
    if (mode.type === 'filter') store.dispatch({type: 'filter-text', text: filter.text + safeText(text, 100)})
    if (mode.type === 'type') store.dispatch({type: 'typed', text: mode.text + safeText(text, 100)})
  })
  return <View state={state} look={look} />
}
