/** `camera snapshot`: one picture of each camera as a file, the still picture it offers or else its first key frame. */
import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {DeviceFailure} from '../camera/failure.ts'
import {measuredProfiles} from '../camera/measured-profiles.ts'
import {stillPicture} from '../camera/still-picture.ts'
import type {Host, Visited, VisitOptions} from '../camera/visit.ts'
import {CitywatchError} from '../lib/errors.ts'
import type {Cause} from '../model/cause.ts'
import {folderName, keyFrameSuffix} from './evidence.ts'
import type {Column} from './render/rows.ts'

export interface Snapshot {
  readonly file: string
  readonly from: 'snapshot' | 'key-frame'
  /** Profile token. */
  readonly profile: string
  readonly sizeBytes: number
  /** The address named another host; the camera's own was asked. */
  readonly foreign: boolean
}

export interface SnapshotChoice {
  readonly folder: string
  /** Token of the profile; absent: the first. */
  readonly profile?: string | undefined
  readonly keyFrame: boolean
}

/** Causes with which a camera has no still picture for anybody; all others are not answered with another login. */
const NONE: readonly Cause[] = ['unsupported-op', 'soap-fault', 'wrong-codec', 'malformed-xml', 'too-large']
const MAX_PICTURE_BYTES = 4 * 1024 * 1024

/** Takes one picture and writes it. Throws DeviceFailure, CW_IO, CW_DISK_FULL. */
export async function snapshotOf(host: Host, choice: SnapshotChoice, options: VisitOptions): Promise<Snapshot> {
  const profile = choice.profile ?? (await host.session.profiles())[0]?.token
  if (profile === undefined) throw new DeviceFailure('no-profile', 'the camera has no media profile')
  try {
    const {bytes, kind, from} = await stillPicture(host.session, profile)
    return {...written(host, choice, bytes, kind, options), from: 'snapshot', profile, foreign: from.foreign}
  } catch (error) {
    if (!choice.keyFrame || !(error instanceof DeviceFailure) || !NONE.includes(error.why)) throw error
    return keyFrameOf(host, {...choice, profile}, options)
  }
}

async function keyFrameOf(
  host: Host,
  choice: SnapshotChoice & {readonly profile: string},
  options: VisitOptions,
): Promise<Snapshot> {
  const {timeoutMs, clock, signal, trust} = options
  const media = {timeoutMs, measureMs: 0, transport: 'auto', keepBytes: MAX_PICTURE_BYTES, clock, signal} as const
  const [measured] = await measuredProfiles(host, {...media, ...(trust ? {trust} : {})}, choice.profile)
  const {picture, stream, from, cause = 'no-key-frame', detail = 'no picture'} = measured ?? {}
  if (!picture || !stream) throw new DeviceFailure(cause, detail)
  const file = written(host, choice, picture, keyFrameSuffix(stream.codec), options)
  return {...file, from: 'key-frame', profile: choice.profile, foreign: from?.foreign ?? false}
}

/** Readable by its owner alone, and never over another file. */
function written(
  {target}: Host,
  {folder}: SnapshotChoice,
  bytes: Uint8Array,
  suffix: string,
  {clock}: VisitOptions,
): Pick<Snapshot, 'file' | 'sizeBytes'> {
  const time = new Date(clock.now()).toISOString().replace(/[:.]/g, '-')
  const file = join(folder, `${folderName(target.key)}-${time}.${suffix}`)
  try {
    mkdirSync(folder, {recursive: true})
    writeFileSync(file, bytes, {flag: 'wx', mode: 0o600})
  } catch (cause) {
    const {code} = cause as NodeJS.ErrnoException
    if (code === 'ENOSPC') throw new CitywatchError('CW_DISK_FULL', {path: file}, {cause})
    throw new CitywatchError('CW_IO', {path: file, detail: code ?? 'unusable'}, {cause})
  }
  return {file, sizeBytes: bytes.length}
}

export const SNAPSHOT_COLUMNS: readonly Column<Visited<Snapshot>>[] = [
  {name: 'camera', header: 'CAMERA', value: ({camera}) => camera},
  {name: 'name', header: 'NAME', value: ({name}) => name},
  {name: 'file', header: 'FILE', value: ({result}) => result?.file},
  {name: 'from', header: 'FROM', value: ({result}) => result?.from},
  {name: 'bytes', header: 'BYTES', value: ({result}) => result?.sizeBytes},
  {name: 'cause', header: 'CAUSE', value: ({cause}) => cause},
  {name: 'detail', header: 'DETAIL', value: ({detail}) => detail},
  {name: 'profile', header: 'PROFILE', wide: true, value: ({result}) => result?.profile},
  {name: 'ms', header: 'MS', wide: true, value: ({durationMs}) => durationMs},
]
