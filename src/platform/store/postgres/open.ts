/** The store on PostgreSQL: any number of nodes on one database, each with the same port as the embedded store. */
import {POLICY_WITHOUT_HANDOFF, type Policy} from '../../../alarm/policy.ts'
import type {Clock} from '../../../lib/clock.ts'
import {CitywatchError} from '../../../lib/errors.ts'
import {randomHex} from '../../../lib/secret.ts'
import type {Handoff} from '../../../model/handoff.ts'
import type {Mask} from '../../../model/mask.ts'
import type {OnTestWindow} from '../../../model/on-test.ts'
import type {Commit, Write} from '../book/write.ts'
import {CommitQueue} from '../commit-queue.ts'
import type {Store} from '../port.ts'
import {writeSide} from '../write-side.ts'
import {PeerExchange} from './exchange.ts'
import {openFailure} from './failure.ts'
import {LogFeed} from './feed.ts'
import {type Link, openLink} from './link.ts'
import {migrate} from './migrate.ts'
import {readAccess, readAccessVersion, readAudit} from './read-access.ts'
import {readJobs, readTasks} from './read-jobs.ts'
import {ReadLinks} from './read-links.ts'
import {readLog} from './read-log.ts'
import {readCountsWithin} from './read-places.ts'
import {
  readAccountPage,
  readAlarms,
  readCounts,
  readDevices,
  readKept,
  readLastChange,
  readMissing,
  readOpenAlarms,
} from './reader.ts'
import type {PostgresTarget} from './target.ts'
import {keepUp, type Retention} from './upkeep.ts'
import {newLife, PostgresWriter, rewound} from './writer.ts'

export interface PostgresOptions {
  readonly target: PostgresTarget
  readonly clock: Clock
  /** Ms of a clock that is never set; absent: the system's. */
  readonly monotonic?: () => number
  /** What the site has decided about its alarms; absent: the defaults, and nothing is proposed for 110. */
  readonly policy?: Policy
  /** How long the log is kept, at least: ms, and bytes of the whole database; absent: for ever. */
  readonly retention?: Retention
  /** Also a server that does not write through to the disk: for tests of everything but durability. */
  readonly allowNoFsync?: boolean
}

/** Brings the database to the present layout first. Throws CW_UNREACHABLE, CW_AUTH, CW_IO, CW_DISK_FULL. */
export async function openPostgres(options: PostgresOptions): Promise<Store> {
  const {target, allowNoFsync = false} = options
  try {
    const link = await openLink(target, 'citywatch layout')
    const {epoch} = await migrate(link, {label: target.label, allowNoFsync}).finally(() => link.close())
    return await node(options, epoch)
  } catch (error) {
    throw openFailure(error, target.label)
  }
}

async function node(
  {
    target,
    clock,
    monotonic = () => performance.now(),
    policy = POLICY_WITHOUT_HANDOFF,
    retention = {},
  }: PostgresOptions,
  epoch: string,
): Promise<Store> {
  const name = randomHex(8)
  const closing = new AbortController()
  const {label} = target
  const common = {clock, label, epoch, closing: closing.signal, newLife: () => queue.end(newLife(label))}
  const open = (role: string) => () => openLink(target, `citywatch ${role} ${name}`)
  let writing = false
  const feed = new LogFeed({
    ...common,
    node: name,
    open: open('feed'),
    isWriting: () => writing,
    rewound: (seq) => queue.end(rewound(label, seq, feed.head)),
  })
  const writer = new PostgresWriter({...common, policy, node: name, open: open('writer'), told: () => feed.head})
  const readers = new ReadLinks({...common, open: open('reader')})
  const peers = new PeerExchange({
    ...common,
    ...{node: name, monotonic, open: open('peers'), use: (work) => readers.use(work)},
  })
  const queue = new CommitQueue({
    path: label,
    send: (batch) => void write(batch),
    onCommit: (commit) => feed.settled(commit),
  })
  const write = async (batch: readonly Write[]) => {
    writing = true
    const commit: Commit = await writer.commit(batch)
    writing = false
    queue.done(commit)
  }
  const letGo = async () => {
    closing.abort()
    await Promise.all([writer.close(), readers.close(), feed.ended(), peers.ended()])
  }
  try {
    await writer.warmUp()
    await feed.start()
    await peers.start()
  } catch (error) {
    await letGo()
    throw error
  }
  void keepUp({...common, retention, leads: () => feed.leads, use: (work) => readers.use(work)})
  return {
    ...writeSide(queue),
    ...{epoch, peers},
    head: () => feed.head,
    leads: () => feed.leads,
    followLead: (listener) => feed.followLead(listener),
    follow: (listener) => feed.follow(listener),
    floor: async () => (await readers.use(extentOf)).floor,
    async reaches(seq) {
      const {floor, head} = await readers.use(extentOf)
      return seq >= floor && seq <= head
    },
    async read(after, limit) {
      const rows = await readers.use((link) => readLog(link, after, limit))
      const [first] = rows
      if (first === undefined || first.seq === after + 1) return rows
      throw new CitywatchError('CW_CONFLICT', {what: 'log', detail: `entry ${after + 1} is no longer kept`})
    },
    ...readSide(readers),
    async close() {
      await queue.drained()
      queue.end({code: 'CW_IO', params: {path: label, detail: 'the store is closed'}})
      await letGo()
    },
  }
}

/** The pages of the store, each asked over a line of its own. */
function readSide(readers: ReadLinks) {
  return {
    counts: () => readers.use(readCounts),
    alarms: (page) => readers.use((link) => readAlarms(link, page)),
    devices: (page) => readers.use((link) => readDevices(link, page)),
    openAlarms: (filter) => readers.use((link) => readOpenAlarms(link, filter)),
    kept: (kind, after, limit) => readers.use((link) => readKept(link, kind, after, limit)),
    missing: (page) => readers.use((link) => readMissing(link, page)),
    jobs: (page) => readers.use((link) => readJobs(link, page)),
    tasks: (page) => readers.use((link) => readTasks(link, page)),
    lastChange: (alarm) => readers.use((link) => readLastChange(link, alarm)),
    onTestWindows: (page) => readers.use((link) => readAccountPage<OnTestWindow>(link, 'ontest', page)),
    masks: (page) => readers.use((link) => readAccountPage<Mask>(link, 'mask', page)),
    handoffs: (page) => readers.use((link) => readAccountPage<Handoff>(link, 'handoff', page)),
    countsWithin: (within) => readers.use((link) => readCountsWithin(link, within)),
    access: () => readers.use(readAccess),
    accessVersion: () => readers.use(readAccessVersion),
    auditLines: (page) => readers.use((link) => readAudit(link, page)),
  } satisfies Partial<Store>
}

async function extentOf(link: Link): Promise<{floor: number; head: number}> {
  const {rows} = await link.ask({name: 'extent', text: 'SELECT floor, seq FROM head'})
  return {floor: Number(rows[0]?.floor), head: Number(rows[0]?.seq)}
}
