/** Logins that workers share on any engine: a camera sees one failed login, however many workers ask. */
import {describe, expect, test} from 'vitest'
import {safeText} from '../../../../src/lib/safe-text.ts'
import {LOGIN_WINDOW_MS, type LoginOutcome} from '../../../../src/model/camera-login.ts'
import type {Store} from '../../../../src/platform/store/port.ts'
import {type Engine, freshStore, opened, upTo} from './engine.ts'

const worker = safeText('worker-1')
const device = '10.0.0.5:80'

const ask = async (store: Store, permit: string, at = 0, allowed = 1, host = device) =>
  (await store.roundOfLogins({at, worker, settled: [], asked: [{device: host, permit, allowed}]}))[0]
const settle = (store: Store, permit: string, outcome: LoginOutcome, at = 0) =>
  store.roundOfLogins({at, worker, settled: [{device, permit, outcome}], asked: []})

export function loginSuite(engine: Engine): void {
  describe('logins at cameras', () => {
    test('of many workers that ask at the same time one may; the others wait for what comes of it', async () => {
      const store = await freshStore(engine)
      const answers = await Promise.all(upTo(8).map((n) => ask(store, `${n}`)))
      expect(answers.filter((answer) => answer === 'go')).toHaveLength(1)
      expect(answers.filter((answer) => answer === 'busy')).toHaveLength(7)
      expect(await ask(store, 'other', 0, 1, '10.0.0.6:80')).toBe('go')
    })

    test('what was accepted lets the next one in, also in the same request; what was refused nobody tries again', async () => {
      const store = await freshStore(engine)
      expect(await ask(store, 'a')).toBe('go')
      const next = {device, permit: 'b', allowed: 1}
      const settled = [{device, permit: 'a', outcome: 'accepted' as const}]
      expect(await store.roundOfLogins({at: 1, worker, settled, asked: [next, next]})).toEqual(['go', 'go'])
      await settle(store, 'b', 'refused', 2)
      expect(await ask(store, 'c', 3)).toBe('refused')
      await settle(store, 'a', 'accepted', 4) // told twice: it is over
      expect(await ask(store, 'c', LOGIN_WINDOW_MS + 1)).toBe('refused')
      expect(await ask(store, 'c', LOGIN_WINDOW_MS + 2)).toBe('go')
    })

    test('who died over a login may have failed: nobody tries for half an hour, also after a restart', async () => {
      const place = await engine.place()
      const store = await opened(place)
      expect(await ask(store, 'a')).toBe('go')
      await store.close()
      const again = await opened(place)
      expect(await ask(again, 'b', LOGIN_WINDOW_MS - 1)).toBe('busy')
      expect(await ask(again, 'b', LOGIN_WINDOW_MS)).toBe('go')
    })

    test('two are allowed where somebody says so, and never a third', async () => {
      const store = await freshStore(engine)
      await ask(store, 'a')
      await settle(store, 'a', 'refused')
      expect(await ask(store, 'b', 1, 2)).toBe('go')
      expect(await ask(store, 'c', 1, 2)).toBe('busy')
      await settle(store, 'b', 'refused', 2)
      expect(await ask(store, 'c', 3, 2)).toBe('refused')
    })

    test('one that was not made leaves no trace', async () => {
      const store = await freshStore(engine)
      await ask(store, 'a')
      await settle(store, 'a', 'untried')
      expect(await store.kept('login', '', 9)).toEqual([])
    })
  })
}
