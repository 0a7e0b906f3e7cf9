/** The embedded store: one data folder, one writer thread, readers on the main thread. */
import {existsSync, mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {Worker} from 'node:worker_threads'
import {CitywatchError} from '../../../lib/errors.ts'
import {workerUrl} from '../../../net/worker-url.ts'
import type {Commit} from '../book/write.ts'
import {CommitQueue} from '../commit-queue.ts'
import type {Store} from '../port.ts'
import {writeSide} from '../write-side.ts'
import {CommitFeed} from './commit-feed.ts'
import {storeFailure} from './failure.ts'
import {lockFolder} from './lock.ts'
import {Reader} from './reader.ts'
import {DATABASE, RESTORING} from './schema.ts'
import type {WriterOptions} from './writer.ts'
import type {WriterMessage, WriterRequest} from './writer.worker.ts'

const WRITER = 'platform/store/sqlite/writer.worker'

export interface StoreOptions {
  /** Made when it is not there. */
  readonly folder: string
  /** Largest database in pages of 4 KiB; absent: as large as the disk lets it be. */
  readonly maxPages?: number
}

/** Throws CW_LOCKED when another platform has the folder, CW_IO, CW_DISK_FULL. */
export async function openStore({folder, maxPages}: StoreOptions): Promise<Store> {
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
    const worker = await startWriter({path, ...(maxPages === undefined ? {} : {maxPages})})
    return store(new Reader(path), worker, path, () => lock.release())
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

function store(reader: Reader, worker: Worker, path: string, release: () => void): Store {
  const feed = new CommitFeed(reader)
  const queue = new CommitQueue({
    path,
    send: (batch) => worker.postMessage(batch satisfies WriterRequest),
    onCommit: (commit) => feed.publish(commit),
  })
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  worker.on('message', (message: Commit) => queue.done(message))
  worker.on('error', (error) => queue.end({code: 'CW_INTERNAL', params: {detail: `writer stopped: ${String(error)}`}}))
  worker.once('exit', () => queue.end({code: 'CW_IO', params: {path, detail: 'the store is closed'}}))
  return {
    ...writeSide(queue),
    epoch: reader.epoch,
    head: () => feed.head,
    floor: async () => reader.floor(),
    reaches: async (seq) => seq >= reader.floor() && seq <= Math.max(feed.head, reader.head()),
    read: async (after, limit) => reader.log(after, limit),
    follow: (listener) => feed.follow(listener),
    counts: async () => reader.counts(),
    alarms: async (page) => reader.alarms(page),
    devices: async (page) => reader.devices(page),
    onTestWindows: async (page) => reader.onTestWindows(page),
    missing: async (page) => reader.missing(page),
    jobs: async (page) => reader.jobs(page),
    tasks: async (page) => reader.tasks(page),
    async close() {
      await queue.drained()
      reader.close() // before the writer: the last one out folds the write-ahead log into the database
      worker.postMessage(null satisfies WriterRequest)
      await exited
      release()
    },
  }
}
