/** The embedded store: one data folder, one writer thread, readers on the main thread. */
import {existsSync, mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {Worker} from 'node:worker_threads'
import {POLICY_WITHOUT_HANDOFF, type Policy} from '../../../alarm/policy.ts'
import {CitywatchError} from '../../../lib/errors.ts'
import {workerUrl} from '../../../net/worker-url.ts'
import type {Commit, Failure} from '../book/write.ts'
import {CommitQueue} from '../commit-queue.ts'
import type {Store} from '../port.ts'
import {writeSide} from '../write-side.ts'
import {Checkpointer} from './checkpointer.ts'
import {CommitFeed} from './commit-feed.ts'
import {storeFailure} from './failure.ts'
import {lockFolder} from './lock.ts'
import {Reader} from './reader.ts'
import {DATABASE, RESTORING} from './schema.ts'
import {Keeper, type UpkeepEvent} from './segments/keeper.ts'
import {storageOf} from './segments/log-state.ts'
import {type UpkeepAnswer, UpkeepTasks} from './segments/upkeep-tasks.ts'
import type {WriterOptions} from './writer.ts'
import type {WriterMessage, WriterRequest} from './writer.worker.ts'

const WRITER = 'platform/store/sqlite/writer.worker'
const SEGMENT_ROWS = 200_000
const RESERVE_BYTES = 64 * 1024 * 1024

export interface StoreOptions {
  /** Made when it is not there. */
  readonly folder: string
  /** What the site has decided about its alarms; absent: the defaults, and nothing is proposed for 110. */
  readonly policy?: Policy
  /** Largest database in pages of 4 KiB; absent: as large as the disk lets it be. */
  readonly maxPages?: number
  /** How long the log is kept, at least; absent: for ever. */
  readonly retention?: {readonly keepMs?: number; readonly keepBytes?: number}
  /** Rows of one segment; absent: 200,000. */
  readonly segmentRows?: number
  /** Bytes that sealing leaves free on the disk; absent: 64 MiB. */
  readonly reserveBytes?: number
  /** Ms since the epoch; absent: the system's clock. */
  readonly now?: () => number
  /** Told of what is done to the log beyond writing it. */
  readonly upkeep?: (event: UpkeepEvent) => void
}

/** Throws CW_LOCKED when another platform has the folder, CW_IO, CW_DISK_FULL. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const {folder, policy = POLICY_WITHOUT_HANDOFF, maxPages} = options
  try {
    mkdirSync(folder, {recursive: true, mode: 0o700})
  } catch (error) {
    throw storeFailure(error, folder)
  }
  const lock = lockFolder(folder, process.pid)
  const path = join(folder, DATABASE)
  try {
    if (!existsSync(path) && existsSync(join(folder, RESTORING))) {
      throw new CitywatchError('CW_IO', {path: folder, detail: 'a restore was interrupted; run it again'})
    }
    const worker = await startWriter({path, policy, ...(maxPages === undefined ? {} : {maxPages})})
    return store(options, new Reader(path), worker, () => lock.release())
  } catch (error) {
    lock.release()
    throw storeFailure(error, path)
  }
}

async function startWriter(options: WriterOptions): Promise<Worker> {
  const worker = new Worker(workerUrl(WRITER), {workerData: options})
  const first = await new Promise<WriterMessage>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  worker.removeAllListeners('error')
  if (first.type !== 'unusable') return worker
  const {code, params} = first.error
  throw new CitywatchError(...([code, params] as ConstructorParameters<typeof CitywatchError>))
}

function store(options: StoreOptions, reader: Reader, worker: Worker, release: () => void): Store {
  const path = join(options.folder, DATABASE)
  const feed = new CommitFeed(reader)
  const checkpointer = new Checkpointer(path)
  const queue = new CommitQueue({
    path,
    send: (batch) => worker.postMessage(batch satisfies WriterRequest),
    onCommit: (commit) => {
      checkpointer.committed()
      feed.publish(commit)
    },
  })
  const tasks = new UpkeepTasks((task) => worker.postMessage(task satisfies WriterRequest))
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  worker.on('message', (message: Commit | UpkeepAnswer) => {
    if (message.type === 'kept') tasks.done(message)
    else queue.done(message)
  })
  const end = (failure: Failure) => {
    queue.end(failure)
    tasks.end(failure)
  }
  worker.on('error', (error) => end({code: 'CW_INTERNAL', params: {detail: `writer stopped: ${String(error)}`}}))
  worker.once('exit', () => end({code: 'CW_IO', params: {path, detail: 'the store is closed'}}))
  const keeper = keeperOf(options, reader, tasks)
  feed.follow((rows) => keeper.added(rows))
  return {
    ...writeSide(queue),
    epoch: reader.epoch,
    head: () => feed.head,
    leads: () => true, // one platform at a time has the folder
    followLead: () => () => {},
    floor: async () => reader.floor(),
    reaches: async (seq) => seq >= reader.floor() && seq <= Math.max(feed.head, reader.head()),
    read: async (after, limit) => reader.log(after, limit),
    follow: (listener) => feed.follow(listener),
    ...readSide(reader),
    storage: async () => storageOf(reader.state(), keeper.failures),
    async close() {
      await keeper.close()
      await queue.drained()
      await checkpointer.close()
      reader.close() // before the writer: the last one out folds the write-ahead log into the database
      worker.postMessage(null satisfies WriterRequest)
      await exited
      release()
    },
  }
}

/** The pages of the store, each read on this thread. */
function readSide(reader: Reader) {
  return {
    counts: async () => reader.counts(),
    openAlarms: async (filter) => reader.openAlarms(filter),
    kept: async (kind, after, limit) => reader.kept(kind, after, limit),
    alarms: async (page) => reader.alarms(page),
    devices: async (page) => reader.devices(page),
    onTestWindows: async (page) => reader.onTestWindows(page),
    countsWithin: async (within) => reader.countsWithin(within),
    access: async () => reader.access(),
    accessVersion: async () => reader.accessVersion(),
    auditLines: async (page) => reader.auditLines(page),
    missing: async (page) => reader.missing(page),
    jobs: async (page) => reader.jobs(page),
    tasks: async (page) => reader.tasks(page),
    lastChange: async (alarm) => reader.lastChange(alarm),
    masks: async (page) => reader.masks(page),
    handoffs: async (page) => reader.handoffs(page),
  } satisfies Partial<Store>
}

function keeperOf(options: StoreOptions, reader: Reader, tasks: UpkeepTasks): Keeper {
  return new Keeper({
    dataFolder: options.folder,
    epoch: reader.epoch,
    retention: {segmentRows: options.segmentRows ?? SEGMENT_ROWS, ...options.retention},
    reserveBytes: options.reserveBytes ?? RESERVE_BYTES,
    now: options.now ?? Date.now,
    state: () => reader.state(),
    write: (task) => tasks.ask(task),
    forget: (first) => reader.forget(first),
    ...(options.upkeep === undefined ? {} : {tell: options.upkeep}),
  })
}
