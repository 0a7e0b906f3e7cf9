/** The writer's thread: takes a batch, answers with what became of it. One batch at a time. */
import {parentPort, workerData} from 'node:worker_threads'
import {isCitywatchError} from '../../../lib/errors.ts'
import type {Commit, Failure, Write} from '../book/write.ts'
import {Writer, type WriterOptions} from './writer.ts'

/** First message: whether the database is open. Then one Commit for each batch. */
export type WriterMessage = {readonly type: 'ready'} | {readonly type: 'unusable'; readonly error: Failure} | Commit
/** Null ends the thread. */
export type WriterRequest = readonly Write[] | null

function serve(options: WriterOptions): void {
  const port = parentPort
  if (port === null) return
  const tell = (message: WriterMessage) => port.postMessage(message)
  try {
    const writer = new Writer(options)
    port.on('message', (request: WriterRequest) => {
      if (request !== null) return tell(writer.commit(request))
      writer.close()
      port.close()
    })
    tell({type: 'ready'})
  } catch (error) {
    if (!isCitywatchError(error)) throw error
    tell({type: 'unusable', error: {code: error.code, params: error.params}})
    port.close()
  }
}

serve(workerData as WriterOptions)
