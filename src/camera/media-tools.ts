/** Somebody else's opinion of a picture: ffprobe, where it is installed. The only file that starts media tools. */
import {execa} from 'execa'
import {type SafeText, safeText} from '../lib/safe-text.ts'

export interface Opinion {
  readonly tool: 'ffprobe'
  readonly codec: SafeText
  readonly width?: number
  readonly height?: number
}

export interface ToolVersion {
  readonly name: string
  /** First line of its version text; absent when the tool is not installed. */
  readonly version?: SafeText
}

const TIMEOUT_MS = 10_000
const MAX_OUTPUT_BYTES = 256 * 1024

/** The media tools that citywatch can use, and which of them this machine has. */
export async function mediaTools(): Promise<readonly ToolVersion[]> {
  return Promise.all(
    [
      ['ffprobe', '-version'],
      ['ffplay', '-version'],
      ['mpv', '--version'],
      ['vlc', '--version'],
    ].map(async ([name = '', flag = '']) => {
      const {stdout, failed} = await execa(name, [flag], {
        reject: false,
        timeout: TIMEOUT_MS,
        maxBuffer: MAX_OUTPUT_BYTES,
        stdin: 'ignore',
      })
      const [line = ''] = (stdout ?? '').split('\n')
      return failed || line === '' ? {name} : {name, version: safeText(line, 100)}
    }),
  )
}

/**
 * What ffprobe makes of the bytes that we received ourselves: they go in through its standard input, so no address and no
 * password ever stands in its arguments. Undefined when ffprobe is not installed or sees no video in them.
 */
export async function secondOpinion(picture: Uint8Array, codec: 'h264' | 'hevc' | 'mjpeg'): Promise<Opinion | undefined> {
  const {stdout, failed} = await execa(
    'ffprobe',
    [
      '-v',
      'error',
      '-f',
      codec,
      '-select_streams',
      'v:0',
      '-show_entries',
      'stream=codec_name,width,height',
      '-of',
      'json',
      '-i',
      'pipe:0',
    ],
    {input: picture, reject: false, timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES},
  )
  return failed ? undefined : opinionOf(stdout)
}

function opinionOf(text: string): Opinion | undefined {
  try {
    const {streams} = JSON.parse(text) as {streams?: {codec_name?: unknown; width?: unknown; height?: unknown}[]}
    const stream = streams?.[0]
    if (!stream) return undefined
    const {codec_name: codec, width, height} = stream
    return {
      tool: 'ffprobe',
      codec: safeText(String(codec), 40),
      ...(typeof width === 'number' ? {width} : {}),
      ...(typeof height === 'number' ? {height} : {}),
    }
  } catch {
    return undefined
  }
}
