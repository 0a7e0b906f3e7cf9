/** What a platform says of itself, for people. */
import {durationText} from '../../lib/duration.ts'
import type {NodeStatus, Status, Whoami} from '../../platform/contract.ts'
import {summaryLine} from './missing.ts'
import {storageLines} from './storage.ts'

/** `asker`: absent at a platform of before, and where it does not say. */
export type StatusReport = Status & {readonly url: string; readonly asker?: Whoami}

interface Asked {
  readonly url: string
  status(): Promise<Status>
  whoami(): Promise<Whoami>
}

export async function statusReport(client: Asked): Promise<StatusReport> {
  const status = await client.status()
  const asker = await client.whoami().catch(() => undefined)
  return {url: client.url, ...status, ...(asker === undefined ? {} : {asker})}
}

/** Lines about the process are left out where the platform is of before, or shows them to others only. */
export function statusLines({url, node, asker, ...status}: StatusReport): string {
  const {devices, alarms, handoffs} = status
  const since = new Date(status.startedAt).toISOString()
  const uptime = node === undefined ? '' : `, up ${durationText(node.now - status.startedAt)}`
  const lines = [
    `platform   ${url}, citywatch ${status.version}`,
    `running    since ${since}${uptime}`,
    `log        ${status.head} entries (epoch ${status.epoch})`,
    ...(status.log ? storageLines(status.log) : []),
    `alarms     ${alarms.new} new, ${alarms.acked} acknowledged, ${alarms.dispatched} dispatched; of them ${alarms.latched} latched, ${alarms.over} to be closed, ${alarms.unrouted} unrouted`,
    `hidden     ${alarms.shelved} shelved, ${alarms.suppressed} suppressed, ${alarms['out-of-service']} out of service, by ${status.masks} masks`,
    `for 110    ${handoffs.open} to be told, ${handoffs.unanswered} without an answer`,
    `on test    ${status.onTest} windows open`,
    `inventory  ${devices.site} sites, ${devices.camera} cameras, ${devices.panel} panels, ${devices.zone} zones`,
    `heard      ${summaryLine(status.supervision)}`,
    `receiver   DC-09 on port ${status.dc09Port}, ${status.refused} frames refused`,
    ...(node === undefined ? [] : nodeLines(node)),
  ]
  if (asker) lines.push(`you        ${asker.name}, ${asker.role}, ${asker.jurisdiction || 'all jurisdictions'}`)
  return lines.join('\n')
}

const GIB = 1024 ** 3

function nodeLines({store, watchers, connections, certificate, access}: NodeStatus): string[] {
  const free = store.freeBytes === undefined ? '' : `, ${(store.freeBytes / GIB).toFixed(1)} GiB free`
  const until = certificate && new Date(certificate.validTo).toISOString().slice(0, 10)
  return [
    `store      ${store.type}${free}; ${store.writes} writes in ${store.commits} commits, ${store.failed} failed, ${store.waiting} waiting`,
    `watchers   ${watchers} on the stream, ${connections} connections`,
    `tls        ${certificate ? `until ${until}, SHA-256 ${certificate.fingerprint}` : 'none: HTTP in clear'}`,
    `access     ${ACCESS[access]}`,
  ]
}

const ACCESS: Readonly<Record<NodeStatus['access'], string>> = {
  open: 'open to everybody on its own machine: nobody is asked',
  'token-file': 'by the token of its file',
  accounts: 'by users and tokens',
  'accounts+token-file': 'by users and tokens, and by the token of its file',
}
