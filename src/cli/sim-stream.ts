/** The flags of `sim camera` that say what it streams, and the certificate that it makes for TLS. */
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import * as Flags from '@oclif/core/flags'
import type {Clock} from '../lib/clock.ts'
import type {SimCodec} from '../sim/camera/media/group.ts'
import type {SimAudio} from '../sim/camera/media/sound.ts'
import {STREAM_FAULTS, type StreamFaultName, type StreamSpec} from '../sim/camera/media/stream-spec.ts'

export const simStreamFlags = {
  codec: Flags.option({
    options: ['H264', 'H265', 'JPEG'] as const,
    default: 'H264',
    description: 'how its pictures are coded',
  })(),
  audio: Flags.option({
    options: ['PCMU', 'PCMA', 'AAC'] as const,
    description: 'sound beside the pictures: silence',
    helpValue: 'CODEC',
  })(),
  'stream-fault': Flags.option({
    options: Object.keys(STREAM_FAULTS) as StreamFaultName[],
    description: 'how its stream is wrong; see `sim city --list-faults`',
    helpValue: 'NAME',
  })(),
  rtsps: Flags.boolean({description: 'speak RTSP in TLS, with a certificate made for the occasion'}),
}

export interface SimStreamFlags {
  readonly codec: SimCodec
  readonly audio?: SimAudio | undefined
  readonly 'stream-fault'?: StreamFaultName | undefined
  readonly rtsps: boolean
}

export interface SimStream {
  readonly spec: StreamSpec
  /** Where the certificate was written, for those who are to trust it. */
  readonly certificateFile?: string
  /** Takes the file away again. */
  remove(): Promise<void>
}

export async function simStream(flags: SimStreamFlags, address: string, clock: Clock): Promise<SimStream> {
  const {codec, audio, 'stream-fault': fault, rtsps} = flags
  const spec = {codec, ...(audio ? {audio} : {}), ...(fault ? {fault} : {})}
  if (!rtsps) return {spec, remove: async () => {}}
  const {selfSigned} = await import('../net/self-signed.ts')
  const tls = selfSigned([address], clock.now())
  const folder = await mkdtemp(join(tmpdir(), 'citywatch-sim-'))
  const certificateFile = join(folder, 'certificate.pem')
  await writeFile(certificateFile, tls.cert)
  return {spec: {...spec, tls}, certificateFile, remove: () => rm(folder, {recursive: true, force: true})}
}
