/** Users, tokens, sessions and the audit log on any engine. */
import {describe, expect, test} from 'vitest'
import {safeText} from '../../../../src/lib/safe-text.ts'
import type {SessionRecord, TokenRecord, UserRecord} from '../../../../src/platform/access/records.ts'
import {BEFORE_FIRST} from '../../../../src/platform/audit/line.ts'
import {verifyLines} from '../../../../src/platform/audit/verify.ts'
import type {AccessChange} from '../../../../src/platform/store/book/access.ts'
import type {AuditPageRequest, Store} from '../../../../src/platform/store/port.ts'
import {panel} from '../../../support/signals.ts'
import {burglary} from '../../../support/store.ts'
import {type Engine, freshStore, opened} from './engine.ts'

const user = (name: string, changes: Partial<UserRecord> = {}): UserRecord => ({
  ...{kind: 'user', name, role: 'admin', jurisdiction: '', password: '$scrypt$x'},
  ...{createdAt: 1, createdBy: 'shell root', passwordAt: 1},
  ...changes,
})

const token = (name: string, changes: Partial<TokenRecord> = {}): TokenRecord => ({
  ...{kind: 'token', name, role: 'admin', jurisdiction: '', digest: `digest of ${name}`, createdAt: 1, createdBy: 'x'},
  ...changes,
})

const session = (name: string, of: string, createdAt = 1, expiresAt = 1_000): SessionRecord => ({
  ...{kind: 'session', name, user: of, digest: `digest of ${name}`, createdAt, expiresAt, from: '::1'},
})

const change = (store: Store, what: AccessChange, {scope = '', at = 10, hasMaster = false} = {}) =>
  store.by({at, scope}).changeAccess({at, change: what, hasMaster})

const names = async (store: Store) => (await store.access()).map(({kind, name}) => `${kind} ${name}`).toSorted()

const everything: AuditPageRequest = {after: 0, limit: 100, since: 0, until: Number.MAX_SAFE_INTEGER, within: ''}

export function accessSuite(engine: Engine): void {
  describe('access', () => {
    test('the first one must be an admin of everything; with a master token anybody may be', async () => {
      const store = await freshStore(engine)
      for (const record of [
        user('a', {role: 'operator'}),
        user('a', {jurisdiction: 'c'}),
        token('t', {expiresAt: 5}),
      ]) {
        await expect(change(store, {type: 'add', record})).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
      }
      expect(await names(store)).toEqual([])
      await change(store, {type: 'add', record: user('v', {role: 'viewer'})}, {hasMaster: true})
      expect(await names(store)).toEqual(['user v'])
    })

    test('names are taken once a kind, and what is kept outlives the store', async () => {
      const place = await engine.place()
      const store = await opened(place)
      await change(store, {type: 'add', record: user('a')})
      await change(store, {type: 'add', record: token('a')})
      await expect(change(store, {type: 'add', record: user('a')})).rejects.toMatchObject({code: 'CW_CONFLICT'})
      await store.close()
      expect(await (await opened(place)).access()).toEqual(expect.arrayContaining([user('a'), token('a')]))
    })

    test.each([
      ['removed', {type: 'remove', name: 'a'}],
      ['shut out', {type: 'disable', name: 'a'}],
    ] as const)('the last admin is not %s; one of two is', async (_what, what) => {
      const store = await freshStore(engine)
      await change(store, {type: 'add', record: user('a')})
      await change(store, {type: 'add', record: user('district', {jurisdiction: 'c'})})
      await expect(change(store, what)).rejects.toMatchObject({code: 'CW_FORBIDDEN'})
      expect(await store.access()).toContainEqual(user('a'))
      await change(store, {type: 'add', record: token('t')})
      await change(store, what)
      await expect(change(store, {type: 'revoke', name: 't'})).rejects.toMatchObject({code: 'CW_FORBIDDEN'})
    })

    test('sessions end with a new password, a shut-out and a removal; the oldest make room', async () => {
      const store = await freshStore(engine)
      await change(store, {type: 'add', record: user('a')})
      await change(store, {type: 'add', record: user('b')})
      await change(store, {type: 'open', session: session('s1', 'a')})
      await change(store, {type: 'open', session: session('s2', 'b')})
      await change(store, {type: 'password', name: 'a', password: 'new'})
      expect(await names(store)).toEqual(['session s2', 'user a', 'user b'])
      await change(store, {type: 'disable', name: 'b'})
      expect(await names(store)).toEqual(['user a', 'user b'])
      await expect(change(store, {type: 'open', session: session('s3', 'b')})).rejects.toMatchObject({code: 'CW_AUTH'})
      await expect(change(store, {type: 'open', session: session('s3', 'x')})).rejects.toMatchObject({code: 'CW_AUTH'})
      for (let n = 0; n < 40; n++) await change(store, {type: 'open', session: session(`n${n}`, 'a', n)})
      const sessions = (await names(store)).filter((name) => name.startsWith('session'))
      expect(sessions).toHaveLength(32)
      expect(sessions).toContain('session n39')
      await change(store, {type: 'open', session: session('late', 'a', 5_000, 6_000)}, {at: 5_000})
      expect((await names(store)).filter((name) => name.startsWith('session'))).toEqual(['session late'])
    })

    test('an admin of a jurisdiction reaches nobody outside it, and makes nobody there', async () => {
      const store = await freshStore(engine)
      await change(store, {type: 'add', record: user('chief')})
      await change(store, {type: 'add', record: user('near', {role: 'viewer', jurisdiction: 'c.d.1'})})
      await change(store, {type: 'add', record: token('far', {role: 'viewer', jurisdiction: 'c.e'})})
      const district = {scope: 'c.d'}
      for (const jurisdiction of ['', 'c', 'c.e', 'c.d-e']) {
        const record = user('new', {role: 'viewer', jurisdiction})
        await expect(change(store, {type: 'add', record}, district)).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
      }
      for (const what of [
        {type: 'password', name: 'chief', password: 'x'},
        {type: 'disable', name: 'chief'},
        {type: 'remove', name: 'chief'},
        {type: 'revoke', name: 'far'},
      ] as const) {
        await expect(change(store, what, district)).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
      }
      await change(store, {type: 'remove', name: 'near'}, district)
      expect(await names(store)).toEqual(['token far', 'user chief'])
    })
  })
  describe('audit log', () => {
    const noted = (store: Store, what: string, who = 'user anna', place?: string, at = 10) =>
      store.by({at, scope: '', note: {who, from: '::1', what, ...(place === undefined ? {} : {place})}}).audit()

    test('lines are numbered, chained, and go on where they were after a restart', async () => {
      const place = await engine.place()
      const store = await opened(place)
      expect(await verifyLines((await store.auditLines(everything)).rows)).toMatchObject({
        state: 'intact',
        head: BEFORE_FIRST,
      })
      await Promise.all(Array.from({length: 20}, (_, n) => noted(store, `step.${n}`)))
      await store.close()
      const again = await opened(place)
      await noted(again, 'step.20')
      const {rows} = await again.auditLines(everything)
      expect(rows.map(({n}) => n)).toEqual(Array.from({length: 21}, (_, n) => n + 1))
      expect(await verifyLines(rows)).toMatchObject({state: 'intact', lines: 21, head: rows[20]?.hash})
    })

    test('a change and its line are one: what is refused or changes nothing leaves none', async () => {
      const store = await freshStore(engine)
      const by = (what: string) => store.by({at: 10, scope: '', note: {who: 'user anna', from: '::1', what}})
      await by('inventory.put').putDevices({devices: [panel]})
      await by('inventory.put').putDevices({devices: [panel]})
      await store.signal(burglary())
      const ack = {id: 1, version: 1, by: safeText('anna')}
      await by('alarm.ack').acknowledge(ack, 10)
      await by('alarm.ack').acknowledge(ack, 10)
      await expect(by('alarm.ack').acknowledge({...ack, id: 7}, 10)).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
      const {rows} = await store.auditLines(everything)
      expect(rows.map(({line}) => JSON.parse(line))).toEqual([
        {
          n: 1,
          at: 10,
          who: 'user anna',
          from: '::1',
          what: 'inventory.put',
          on: 'inventory/1',
          detail: '1 created, 0 updated',
        },
        {
          n: 2,
          at: 10,
          who: 'user anna',
          from: '::1',
          what: 'alarm.ack',
          on: 'alarm/1',
          place: panel.jurisdiction,
          detail: 'acked',
        },
      ])
    })

    test('pages by number, who, what, time and place', async () => {
      const store = await freshStore(engine)
      for (let n = 0; n < 30; n++) {
        const what = n % 2 ? 'login' : 'login.failed'
        await noted(store, what, n % 3 ? 'user anna' : 'nobody', ['c.d', 'c.d.1', 'c.e', undefined][n % 4], n)
      }
      await noted(store, 'loginx')
      const lines = async (asked: Partial<AuditPageRequest>) => {
        const found: number[] = []
        let after: number | undefined = 0
        while (after !== undefined) {
          const page: Awaited<ReturnType<Store['auditLines']>> = await store.auditLines({
            ...everything,
            limit: 4,
            ...asked,
            after,
          })
          found.push(...page.rows.map(({n}) => n))
          after = page.next
        }
        return found
      }
      const numbers = Array.from({length: 30}, (_, n) => n)
      const those = (fits: (n: number) => boolean) => numbers.filter(fits).map((n) => n + 1)
      expect(await lines({})).toHaveLength(31)
      expect(await lines({what: 'login'})).toEqual(those(() => true))
      expect(await lines({what: 'login.failed'})).toEqual(those((n) => n % 2 === 0))
      expect(await lines({who: 'nobody', since: 10, until: 20})).toEqual(
        those((n) => n % 3 === 0 && n >= 10 && n <= 20),
      )
      expect(await lines({within: 'c.d'})).toEqual(those((n) => n % 4 < 2))
      expect(await lines({within: 'c'})).toEqual(those((n) => n % 4 < 3))
    })
  })
}
