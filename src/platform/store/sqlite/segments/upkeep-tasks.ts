/** Tasks that the writer's thread was given beside its batches, each with its answer. */
import {CitywatchError} from '../../../../lib/errors.ts'
import type {Failure} from '../../book/write.ts'
import type {UpkeepTask} from './upkeep.ts'

export interface UpkeepAnswer {
  readonly type: 'kept'
  readonly error: Failure | undefined
}

export class UpkeepTasks {
  readonly #send: (task: UpkeepTask) => void
  /** In the order in which they were sent, which is that of the answers. */
  #asked: PromiseWithResolvers<void>[] = []
  #ended: Failure | undefined

  constructor(send: (task: UpkeepTask) => void) {
    this.#send = send
  }

  /** Resolves when it is durable. Rejects with CW_DISK_FULL, CW_IO: then nothing has changed. */
  ask(task: UpkeepTask): Promise<void> {
    if (this.#ended) return Promise.reject(revived(this.#ended))
    const answer = Promise.withResolvers<void>()
    this.#asked.push(answer)
    this.#send(task)
    return answer.promise
  }

  done({error}: UpkeepAnswer): void {
    const answer = this.#asked.shift()
    if (error) answer?.reject(revived(error))
    else answer?.resolve()
  }

  end(error: Failure): void {
    this.#ended = error
    for (const answer of this.#asked) answer.reject(revived(error))
    this.#asked = []
  }
}

function revived({code, params}: Failure): CitywatchError {
  return new CitywatchError(...([code, params] as ConstructorParameters<typeof CitywatchError>))
}
