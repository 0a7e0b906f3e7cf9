/** Has the write-ahead log folded into the database beside the writer, so that no commit waits until megabytes are in their places. */
import {performance} from 'node:perf_hooks'
import {Worker} from 'node:worker_threads'
import {workerUrl} from '../../../net/worker-url.ts'
import type {CheckpointRequest} from './checkpoint.worker.ts'

const WORKER = 'platform/store/sqlite/checkpoint.worker'
/** Commits that are worth it, and time between two, ms: a quiet platform folds rarely, a busy one never much at once. */
const COMMITS = 16
const PAUSE_MS = 500

/** It may fail or lag behind: the writer itself folds a log that has become too long (WAL_PAGES). */
export class Checkpointer {
  readonly #path: string
  #worker: Worker | undefined
  #exited: Promise<void> = Promise.resolve()
  #isFolding = false
  #isOver = false
  #commits = 0
  #foldedAt = 0

  constructor(path: string) {
    this.#path = path
  }

  /** A batch was committed. */
  committed(): void {
    this.#commits++
    if (this.#isFolding || this.#isOver || this.#commits < COMMITS) return
    if (performance.now() - this.#foldedAt < PAUSE_MS) return
    this.#commits = 0
    this.#isFolding = true
    this.#worker ??= this.#start()
    this.#worker.postMessage('fold' satisfies CheckpointRequest)
  }

  /** Call it before the writer's end: the last one who closes the database takes its log away. */
  async close(): Promise<void> {
    this.#isOver = true
    this.#worker?.postMessage(null satisfies CheckpointRequest)
    await this.#exited
  }

  /** Not before it is needed: a thread takes memory and time of the start. */
  #start(): Worker {
    const worker = new Worker(workerUrl(WORKER), {workerData: this.#path})
    this.#exited = new Promise((resolve) => worker.once('exit', () => resolve()))
    worker.on('error', () => {
      this.#isOver = true
    })
    worker.on('message', () => {
      this.#isFolding = false
      this.#foldedAt = performance.now()
    })
    return worker
  }
}
