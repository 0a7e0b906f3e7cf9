/** Has segments sealed by a thread of their own, one at a time. */
import {Worker} from 'node:worker_threads'
import {CitywatchError} from '../../../../lib/errors.ts'
import {workerUrl} from '../../../../net/worker-url.ts'
import type {Failure} from '../../book/write.ts'
import type {Segment} from './catalogue.ts'
import type {SealJob} from './seal.ts'

const WORKER = 'platform/store/sqlite/segments/seal.worker'

export type SealMessage =
  | {readonly type: 'sealed'; readonly segment: Segment}
  | {readonly type: 'failed'; readonly error: Failure}

/** Null when `closing` ended it; what it had made is thrown away by the next one. Rejects with CW_DISK_FULL, CW_IO, CW_INTERNAL. */
export async function sealApart(job: SealJob, closing: AbortSignal): Promise<Segment | null> {
  if (closing.aborted) return null
  const worker = new Worker(workerUrl(WORKER), {workerData: job})
  const stop = () => void worker.terminate()
  closing.addEventListener('abort', stop, {once: true})
  try {
    const message = await new Promise<SealMessage | null>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.once('exit', () => resolve(null))
    })
    if (message?.type === 'sealed') return message.segment
    if (message === null && closing.aborted) return null
    if (message === null) throw new CitywatchError('CW_INTERNAL', {detail: 'the sealing thread ended without a word'})
    const {code, params} = message.error
    throw new CitywatchError(...([code, params] as ConstructorParameters<typeof CitywatchError>))
  } finally {
    closing.removeEventListener('abort', stop)
  }
}
