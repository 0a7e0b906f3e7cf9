/** Questions whose answer may be missing: what a device does not tell stays unknown. */
import {present} from '../../lib/fields.ts'
import {DeviceFailure} from '../failure.ts'
import type {OnvifSession} from '../onvif/session.ts'

/** Undefined for whatever a device fails at; what is a bug of ours is thrown on. */
export async function told<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof DeviceFailure) return undefined
    throw error
  }
}

/** Where its first profile's stream and picture are, kept on the device. */
export async function mediaUris(
  session: OnvifSession,
  token: string | undefined,
): Promise<{readonly streamUri?: string; readonly snapshotUri?: string}> {
  if (token === undefined) return {}
  const stream = await told(() => session.streamUri(token))
  const snapshot = await told(() => session.snapshotUri(token))
  return present({streamUri: stream?.uri, snapshotUri: snapshot?.uri})
}
