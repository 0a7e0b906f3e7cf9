/** One node on PostgreSQL for a test, and writes that can be told apart in the log. */
import {onTestFinished} from 'vitest'
import type {Clock} from '../../src/lib/clock.ts'
import {safeText} from '../../src/lib/safe-text.ts'
import type {Store} from '../../src/platform/store/port.ts'
import {openPostgres} from '../../src/platform/store/postgres/open.ts'
import {parsePostgresUrl} from '../../src/platform/store/postgres/target.ts'
import {realClock} from './clock.ts'
import {burglary} from './store.ts'

export async function testNode(url: string, clock: Clock = realClock): Promise<Store> {
  const store = await openPostgres({target: parsePostgresUrl(url), clock})
  let closed: Promise<void> | undefined
  const close = () => {
    closed ??= store.close()
    return closed
  }
  onTestFinished(close)
  return {...store, close}
}

/** A signal whose `raw` is its name. */
export const named = (name: string, zone = '1') => burglary({raw: safeText(name), zone})

export interface Load {
  /** Names of what was acknowledged, so far. */
  readonly acknowledged: string[]
  /** Codes of what was refused, so far. */
  readonly refused: string[]
  /** Resolves when everything that was asked has its answer. */
  stop(): Promise<void>
}

/** Signals one after the other from so many senders, each with a name of its own; none is sent twice. */
export function loadOn(store: Store, name: string, senders = 16): Load {
  const load = {acknowledged: [] as string[], refused: [] as string[]}
  let stopped = false
  const send = async (sender: number) => {
    for (let number = 0; !stopped; number++) {
      const signal = `${name} ${sender} ${number}`
      await store.signal(named(signal, `${sender}`)).then(
        () => load.acknowledged.push(signal),
        (error) => load.refused.push(error.code),
      )
    }
  }
  const done = Promise.all(Array.from({length: senders}, (_, sender) => send(sender)))
  return {
    ...load,
    async stop() {
      stopped = true
      await done
    },
  }
}
