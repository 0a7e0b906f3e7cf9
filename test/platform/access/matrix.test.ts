/** Every route by every role, over real HTTP: the table says who may, and the platform does as it says. */
import {describe, expect, test} from 'vitest'
import {ROLES, type Role} from '../../../src/model/role.ts'
import type {NEEDS} from '../../../src/platform/access/permission.ts'
import {ask, guardedPlatform} from '../../support/access.ts'

type Path = keyof typeof NEEDS
const ALL = [...ROLES]

/** Written down a second time, by hand: a permission that slips shows. A new route does not compile without its line. */
const ALLOWED: Readonly<Record<Path, readonly Role[]>> = {
  'GET /v1/status': ALL,
  'GET /v1/alarms': ALL,
  'GET /v1/alarms/count': ALL,
  'GET /v1/federation': ALL,
  'GET /v1/supervision': ALL,
  'POST /v1/heartbeats': ['technician', 'operator', 'admin'],
  'POST /v1/alarms/ack': ['operator', 'admin'],
  'POST /v1/alarms/act': ['operator', 'admin'],
  'GET /v1/alarms/log': ALL,
  'GET /v1/masks': ALL,
  'POST /v1/masks': ['operator', 'admin'],
  'POST /v1/masks/end': ['operator', 'admin'],
  'GET /v1/handoffs': ALL,
  'POST /v1/handoffs': ['operator', 'admin'],
  'POST /v1/handoffs/answer': ['operator', 'admin'],
  'POST /v1/handoffs/drop': ['operator', 'admin'],
  'GET /v1/devices': ALL,
  'POST /v1/devices': ['technician', 'admin'],
  'POST /v1/devices/plan': ['technician', 'admin'],
  'GET /v1/ontest': ALL,
  'POST /v1/ontest': ['technician', 'operator', 'admin'],
  'POST /v1/ontest/extend': ['technician', 'operator', 'admin'],
  'POST /v1/ontest/end': ['technician', 'operator', 'admin'],
  'GET /v1/events': ALL,
  'POST /v1/events': ['technician', 'operator', 'admin'],
  'POST /v1/login': ALL,
  'POST /v1/logout': ALL,
  'GET /v1/whoami': ALL,
  'GET /v1/users': ['admin'],
  'POST /v1/users': ['admin'],
  'POST /v1/users/password': ['admin'],
  'POST /v1/users/change': ['admin'],
  'GET /v1/tokens': ['admin'],
  'POST /v1/tokens': ['admin'],
  'POST /v1/tokens/revoke': ['admin'],
  'GET /v1/audit': ['auditor', 'admin'],
  'GET /v1/jobs': ALL,
  'POST /v1/jobs': ['technician', 'admin'],
  'GET /v1/jobs/tasks': ALL,
  'POST /v1/jobs/tasks': ['technician', 'admin'],
  'POST /v1/jobs/cancel': ['technician', 'admin'],
  'POST /v1/jobs/retry': ['technician', 'admin'],
  'POST /v1/jobs/claim': ['technician', 'admin'],
  'POST /v1/jobs/renew': ['technician', 'admin'],
  'POST /v1/jobs/release': ['technician', 'admin'],
  'POST /v1/jobs/results': ['technician', 'admin'],
  'GET /v1/schedules': ALL,
  'POST /v1/schedules': ['technician', 'admin'],
  'POST /v1/schedules/run': ['technician', 'admin'],
  'POST /v1/schedules/remove': ['technician', 'admin'],
  'POST /v1/jobs/logins': ['technician', 'admin'],
  'GET /v1/stream': ALL,
  'GET /metrics': ALL,
  'GET /v1/openapi.json': ALL,
}

/** Bodies that are read as far as the handler, so that a refusal is the gate's or the desk's own. */
const BODIES: Partial<Record<Path, unknown>> = {
  'POST /v1/alarms/ack': {id: 1, version: 1, by: 'x'},
  'POST /v1/alarms/act': {id: 1, version: 1, by: 'x', verb: 'ack'},
  'POST /v1/masks': {as: 'suppressed', by: 'x', reason: 'x', place: {account: '1234'}},
  'POST /v1/masks/end': {id: 1, by: 'x'},
  'POST /v1/handoffs': {alarm: 1, by: 'x', how: 'phone', to: 'x', what: 'x'},
  'POST /v1/handoffs/answer': {id: 1, by: 'x', text: 'x'},
  'POST /v1/handoffs/drop': {id: 1, by: 'x', reason: 'x'},
  'POST /v1/devices': {devices: []},
  'POST /v1/devices/plan': {devices: []},
  'POST /v1/ontest': {account: '1234', reason: 'x', by: 'x', forMs: 60_000},
  'POST /v1/ontest/extend': {id: 1, by: 'x', forMs: 60_000},
  'POST /v1/ontest/end': {id: 1, by: 'x'},
  'POST /v1/users': {name: 'new', role: 'viewer', jurisdiction: '', password: 'short'},
  'POST /v1/users/password': {name: 'nobody', password: 'long enough for that'},
  'POST /v1/users/change': {name: 'nobody', change: 'enable'},
  'POST /v1/tokens': {name: 'new', role: 'viewer', jurisdiction: '', expiresAt: 1},
  'POST /v1/tokens/revoke': {name: 'nobody'},
  'POST /v1/jobs': {
    work: {kind: 'probe', timeoutMs: 1, maxSkewMs: 0, transport: 'auto'},
    by: 'x',
    targets: [{key: 'a'}],
    last: true,
  },
  'POST /v1/jobs/tasks': {id: 9_999, from: 0, targets: [], last: true},
  'POST /v1/jobs/cancel': {id: 9_999, by: 'x'},
  'POST /v1/jobs/retry': {id: 9_999, by: 'x'},
  'POST /v1/jobs/claim': {worker: 'x', kinds: ['probe'], max: 1, leaseMs: 1_000},
  'POST /v1/jobs/renew': {leases: [], leaseMs: 1_000},
  'POST /v1/jobs/release': {leases: []},
  'POST /v1/jobs/results': {worker: 'x', done: [], failed: []},
  'POST /v1/jobs/logins': {worker: 'x', settled: [], asked: []},
}

/** What cannot be cut to a jurisdiction. */
const WHOLE: readonly Path[] = [
  'GET /metrics',
  'GET /v1/federation',
  'POST /v1/heartbeats',
  ...(Object.keys(ALLOWED) as Path[]).filter((path) => /\/v1\/(?:jobs|schedules)/.test(path)),
]

const QUERIES: Partial<Record<Path, string>> = {'GET /v1/devices': '?kind=site', 'GET /v1/alarms/log': '?id=1'}
const PATHS = Object.keys(ALLOWED) as Path[]

describe.each([
  ['everywhere', ''],
  ['in a district', 'c.d'],
])('%s', (_where, jurisdiction) => {
  test('each role does what it may, and nothing else', async () => {
    const {url, token} = await guardedPlatform()
    for (const role of ROLES) {
      const bearer = await token(`a-${role}`, role, jurisdiction)
      for (const path of PATHS) expect(await tried(url, path, role, bearer)).toEqual(foreseen(path, role, jurisdiction))
    }
  })
})

async function tried(url: string, path: Path, role: Role, token: string) {
  const [method, at] = path.split(' ') as ['GET' | 'POST', string]
  const {status, code} = await ask(`${url}${at}${QUERIES[path] ?? ''}`, {method, token, body: BODIES[path]})
  return {path, role, refused: status === 401 || status === 403, code: status === 403 ? code : undefined}
}

function foreseen(path: Path, role: Role, jurisdiction: string) {
  const mayPass = ALLOWED[path].includes(role) && (!WHOLE.includes(path) || jurisdiction === '')
  return {path, role, refused: !mayPass, code: mayPass ? undefined : 'CW_FORBIDDEN'}
}

test('nobody is let in without a token but to log in; health and readiness say nothing of the inside', async () => {
  const {url} = await guardedPlatform()
  for (const path of PATHS) {
    const [method, at] = path.split(' ') as ['GET' | 'POST', string]
    const {status, headers} = await ask(`${url}${at}`, {method, body: BODIES[path]})
    if (path === 'POST /v1/login') expect(status).toBe(400)
    else expect({path, status, asks: headers['www-authenticate']}).toEqual({path, status: 401, asks: 'Bearer'})
  }
  expect(await ask(`${url}/healthz`)).toMatchObject({status: 200, text: '{"ok":true}'})
  expect((await ask(`${url}/readyz`)).status).toBe(200)
})

test('which paths there are is told to those who are let in', async () => {
  const {url, token} = await guardedPlatform()
  for (const path of ['/v1/nothing', '/v1/login', '/', '/v1/alarms/ack/']) {
    expect((await ask(`${url}${path}`)).status).toBe(401)
  }
  const viewer = await token('v', 'viewer')
  expect((await ask(`${url}/v1/nothing`, {token: viewer})).status).toBe(404)
  expect((await ask(`${url}/v1/login`, {token: viewer})).status).toBe(405)
  expect((await ask(`${url}/v1/alarms`, {token: viewer, method: 'POST'})).status).toBe(405)
})

test.each(['token', 'access_token', 'password', 'authorization'])(
  'a secret in the address is refused unread: %s',
  async (name) => {
    const {url, chiefToken} = await guardedPlatform()
    const {status, text} = await ask(`${url}/v1/status?${name}=${chiefToken}`, {token: chiefToken})
    expect(status).toBe(400)
    expect(text).not.toContain(chiefToken)
  },
)

test.each(['Basic Y2hpZWY6eA==', 'Bearer', 'bearer  x', 'Bearer a b', `Bearer ${'x'.repeat(600)}`, 'Bearer cw_\u00e9'])(
  'authorization %j opens nothing',
  async (authorization) => {
    const {url} = await guardedPlatform()
    expect(
      (await ask(`${url}/v1/status`, {headers: {authorization: Buffer.from(authorization, 'utf8').toString('latin1')}}))
        .status,
    ).toBe(401)
  },
)
