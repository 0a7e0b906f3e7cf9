/** Who may do what: the permissions of each role, and the least permission that each route asks for. */
import type {Role} from '../../model/role.ts'
import type {Route} from '../contract.ts'
import {METRICS_PATH, OPENAPI_PATH, STREAM_PATH} from '../contract.ts'
import {JOB_NEEDS, JOB_NOTED} from './job-permission.ts'

/**
 * `see`: alarms, devices, on-test windows, the log. `report`: send events in. `beat`: say that devices are alive. `test`: put accounts on test. `handle`: act on
 * alarms. `inventory`: change devices. `measure`: numbers and bulk jobs of the whole platform. `audit`: the audit log. `manage`: users and tokens. `jobs`: make,
 * cancel and retry bulk jobs. `work`: do their tasks.
 */
export type Permission =
  | 'see'
  | 'report'
  | 'beat'
  | 'test'
  | 'handle'
  | 'inventory'
  | 'measure'
  | 'audit'
  | 'manage'
  | 'jobs'
  | 'work'

const GRANTS: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: ['see', 'measure'],
  technician: ['see', 'measure', 'report', 'beat', 'test', 'inventory', 'jobs', 'work'],
  operator: ['see', 'measure', 'report', 'beat', 'test', 'handle'],
  auditor: ['see', 'measure', 'audit'],
  admin: ['see', 'measure', 'report', 'beat', 'test', 'handle', 'inventory', 'audit', 'manage', 'jobs', 'work'],
}

/** What cannot be cut to a jurisdiction: only who has all of them may. */
const WHOLE: ReadonlySet<Permission> = new Set(['measure', 'beat', 'jobs', 'work'])

export function grants(role: Role, permission: Permission): boolean {
  return GRANTS[role].includes(permission)
}

export function needsEverywhere(permission: Permission): boolean {
  return WHOLE.has(permission)
}

/** `anybody`: also who has not logged in. `somebody`: whoever has, in any role. */
export type Need = Permission | 'anybody' | 'somebody'

/** Paths that are no routes of the contract and ask who is there; all are read with GET. */
export type GuardedPath = typeof STREAM_PATH | typeof METRICS_PATH | typeof OPENAPI_PATH

/** The one table. A route that is not in it does not compile. */
export const NEEDS: {readonly [R in Route | `GET ${GuardedPath}`]: Need} = {
  'GET /v1/status': 'see',
  'GET /v1/alarms': 'see',
  'GET /v1/alarms/count': 'see',
  'GET /v1/federation': 'measure',
  'POST /v1/alarms/ack': 'handle',
  'POST /v1/alarms/act': 'handle',
  'GET /v1/alarms/log': 'see',
  'GET /v1/masks': 'see',
  'POST /v1/masks': 'handle',
  'POST /v1/masks/end': 'handle',
  'GET /v1/handoffs': 'see',
  'POST /v1/handoffs': 'handle',
  'POST /v1/handoffs/answer': 'handle',
  'POST /v1/handoffs/drop': 'handle',
  'GET /v1/devices': 'see',
  'POST /v1/devices': 'inventory',
  'POST /v1/devices/plan': 'inventory',
  'GET /v1/ontest': 'see',
  'POST /v1/ontest': 'test',
  'POST /v1/ontest/extend': 'test',
  'POST /v1/ontest/end': 'test',
  'GET /v1/supervision': 'see',
  'POST /v1/heartbeats': 'beat',
  'GET /v1/events': 'see',
  'POST /v1/events': 'report',
  'POST /v1/login': 'anybody',
  'POST /v1/logout': 'somebody',
  'GET /v1/whoami': 'somebody',
  'GET /v1/users': 'manage',
  'POST /v1/users': 'manage',
  // One's own is everybody's to change; the desk asks for `manage` when it is another's.
  'POST /v1/users/password': 'somebody',
  'POST /v1/users/change': 'manage',
  'GET /v1/tokens': 'manage',
  'POST /v1/tokens': 'manage',
  'POST /v1/tokens/revoke': 'manage',
  'GET /v1/audit': 'audit',
  ...JOB_NEEDS,
  [`GET ${STREAM_PATH}`]: 'see',
  [`GET ${METRICS_PATH}`]: 'measure',
  [`GET ${OPENAPI_PATH}`]: 'see',
}

/** What a request asks for; undefined: no such route. */
export function needOf(route: string): Need | undefined {
  return Object.hasOwn(NEEDS, route) ? NEEDS[route as keyof typeof NEEDS] : undefined
}

/** Routes that change something. */
export type ChangingRoute = Extract<Route, `POST ${string}`>

/**
 * What the audit log calls each change; null: nothing is written here, since it is no change of a person's (a plan changes nothing, events and signs of life come by
 * the thousand and are in the log themselves), or the desk that makes it writes it.
 */
export const NOTED: {readonly [R in ChangingRoute]: string | null} = {
  'POST /v1/alarms/ack': 'alarm.ack',
  'POST /v1/alarms/act': 'alarm.act',
  'POST /v1/masks': 'mask.start',
  'POST /v1/masks/end': 'mask.end',
  'POST /v1/handoffs': 'handoff.hand',
  'POST /v1/handoffs/answer': 'handoff.answer',
  'POST /v1/handoffs/drop': 'handoff.drop',
  'POST /v1/devices': 'inventory.put',
  'POST /v1/devices/plan': null,
  'POST /v1/ontest': 'ontest.start',
  'POST /v1/ontest/extend': 'ontest.extend',
  'POST /v1/ontest/end': 'ontest.end',
  'POST /v1/events': null,
  'POST /v1/heartbeats': null,
  'POST /v1/login': null,
  'POST /v1/logout': null,
  'POST /v1/users': null,
  'POST /v1/users/password': null,
  'POST /v1/users/change': null,
  'POST /v1/tokens': null,
  'POST /v1/tokens/revoke': null,
  ...JOB_NOTED,
}
