/** One still picture of a camera, by HTTP from where its media service says that it is. */
import {DeviceFailure} from './failure.ts'
import type {HandedOut} from './onvif/address.ts'
import type {OnvifSession} from './onvif/session.ts'

export interface StillPicture {
  readonly bytes: Buffer
  /** By its first bytes, whatever the camera calls it. */
  readonly kind: 'jpg' | 'png'
  readonly from: HandedOut
}

/** Throws DeviceFailure; `wrong-codec` when what lies there is no picture. */
export async function stillPicture(session: OnvifSession, profileToken: string): Promise<StillPicture> {
  const from = await session.snapshotUri(profileToken)
  const {body, contentType} = await session.fetch(from.uri)
  const kind = kindOf(body)
  if (!kind) throw new DeviceFailure('wrong-codec', `${body.length} bytes of ${contentType || 'no type'}, no picture`)
  return {bytes: body, kind, from}
}

function kindOf(bytes: Buffer): StillPicture['kind'] | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpg'
  return bytes.subarray(0, 8).equals(PNG) ? 'png' : undefined
}

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
