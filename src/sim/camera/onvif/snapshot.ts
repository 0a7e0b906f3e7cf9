/** The still picture of a simulated camera: the test card as a JPEG file, behind a Digest login. */
import {jpegFile} from '../../../protocol/mjpeg/jpeg-file.ts'
import type {SimCamera} from '../camera.ts'
import {JPEG_TABLES, JPEG_TYPE, jpegScan, jpegSize} from '../media/jpeg-picture.ts'
import {sizeOf} from '../rtsp/streams.ts'

const PATHS: ReadonlyMap<string, string> = new Map([
  ['/snapshot/profile_1.jpg', '/stream1'],
  ['/snapshot/profile_2.jpg', '/stream2'],
])

/** Undefined: nothing lies at that path. */
export function snapshotAt(path: string, camera: SimCamera): Buffer | undefined {
  const stream = PATHS.get(path)
  const size = stream === undefined ? undefined : sizeOf(stream, camera)
  if (!size) return undefined
  const whole = jpegSize(size)
  return jpegFile({
    type: JPEG_TYPE,
    ...whole,
    restartInterval: 0,
    tables: JPEG_TABLES,
    scan: Buffer.from(jpegScan(whole, 0, 25)),
  })
}
