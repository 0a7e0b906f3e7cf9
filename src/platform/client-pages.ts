/** Walking through pages that a platform gives. */
import {CitywatchError} from '../lib/errors.ts'

/** The next cursor; one that stays where it is would never end. */
export function advancing<T extends string | number>(after: T | undefined, next: T | undefined): T | undefined {
  if (next === undefined || after === undefined || next > after || (typeof next === 'string' && next !== after))
    return next
  throw loop()
}

/** For a cursor that was there before. */
export function loop(): CitywatchError {
  return new CitywatchError('CW_PROTOCOL_REMOTE', {
    protocol: 'platform API',
    detail: 'a page that leads back to itself',
  })
}
