/** A thread that seals one segment and ends: making it holds up neither the writer nor those who read. */
import {parentPort, workerData} from 'node:worker_threads'
import {isCitywatchError} from '../../../../lib/errors.ts'
import {type SealJob, seal} from './seal.ts'
import type {SealMessage} from './sealer.ts'

function work(job: SealJob): SealMessage {
  try {
    return {type: 'sealed', segment: seal(job)}
  } catch (error) {
    if (!isCitywatchError(error)) throw error
    return {type: 'failed', error: {code: error.code, params: error.params}}
  }
}

parentPort?.postMessage(work(workerData as SealJob))
