/** What a camera's failure was, as a value to compare. */
import {DeviceFailure} from '../../src/camera/failure.ts'

/** Resolves to the cause that the promise fails with, or to `done`. Anything else that it throws is thrown on. */
export async function causeOf(work: Promise<unknown>): Promise<string> {
  return (await failureOf(work))?.why ?? 'done'
}

export async function failureOf(work: Promise<unknown>): Promise<DeviceFailure | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    if (error instanceof DeviceFailure) return error
    throw error
  }
}
