/** What a failed exchange says about the camera: undici's and the system's errors as causes of our list. */
import {causeOfSocketError, DeviceFailure, tlsFailure} from '../failure.ts'

/** How far the answer had come when the exchange failed. */
export interface Progress {
  /** Its HTTP headers were there. */
  answered: boolean
  /** Bytes of its body. */
  bytes: number
  readonly chunks: Buffer[]
  status?: number
  contentType?: string
}

/** Errors that are nobody's fault but ours are returned as they are. */
export function transportFailure(error: unknown, {answered, bytes}: Pick<Progress, 'answered' | 'bytes'>): Error {
  if (error instanceof DeviceFailure) return error
  if (!(error instanceof Error)) return new Error(String(error))
  const code = String((error as NodeJS.ErrnoException).code ?? '')
  if (error.name === 'HTTPParserError') {
    return answered
      ? new DeviceFailure('malformed-xml', `the answer breaks off: ${error.message}`, {cause: error})
      : new DeviceFailure('not-onvif', `answers something that is not HTTP: ${error.message}`, {cause: error})
  }
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return new DeviceFailure('too-large', 'endless HTTP headers', {cause: error})
  if (code === 'UND_ERR_SOCKET' || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' || code === 'UND_ERR_ABORTED') {
    return answered
      ? new DeviceFailure('malformed-xml', `the answer breaks off after ${bytes} bytes`, {cause: error})
      : new DeviceFailure('reset', 'closes the connection without an answer', {cause: error})
  }
  const tls = tlsFailure(error)
  if (tls) return tls
  if (code === '') return error
  return new DeviceFailure(causeOfSocketError(error), code, {cause: error})
}
