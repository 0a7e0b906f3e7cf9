/** Somebody else's opinion of a picture: ffprobe, where it is installed. The only file that starts media tools. */
import {execa} from 'execa'
import {type SafeText, safeText} from '../lib/safe-text.ts'

export interface Opinion {
  readonly tool: 'ffprobe'
  readonly codec: SafeText
  /** `High`, `Main 10`; absent where the codec has none. */
  readonly profile?: SafeText
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
export async function secondOpinion(
  picture: Uint8Array,
  codec: 'h264' | 'hevc' | 'mjpeg',
): Promise<Opinion | undefined> {
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
      'stream=codec_name,profile,width,height',
      '-of',
      'json',
      '-i',
      'pipe:0',
    ],
    {input: picture, reject: false, timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES},
  )
  return failed ? undefined : opinionOf(stdout)
}

const PLAYERS = ['ffplay', 'mpv', 'vlc'] as const
export type Player = (typeof PLAYERS)[number]

const PLAYER_ARGUMENTS: Readonly<Record<Player, (url: string, title: string) => readonly string[]>> = {
  ffplay: (url, title) => [
    ...['-hide_banner', '-loglevel', 'error', '-autoexit', '-rtsp_transport', 'tcp'],
    ...['-window_title', title, '-i', url],
  ],
  mpv: (url, title) => ['--no-terminal', '--rtsp-transport=tcp', `--title=${title}`, '--', url],
  vlc: (url, title) => ['--quiet', '--play-and-exit', '--rtsp-tcp', `--meta-title=${title}`, '--', url],
}

/** The first player that this machine has; undefined when it has none. */
export async function installedPlayer(): Promise<Player | undefined> {
  const tools = await mediaTools()
  return PLAYERS.find((player) => tools.some(({name, version}) => name === player && version !== undefined))
}

/**
 * Runs a player until its window is closed or `signal` aborts. `url` has no password in it: everybody on this machine can
 * read a program's arguments. Returns what it complained of; undefined when it ended well.
 */
export async function runPlayer(
  player: Player,
  url: string,
  title: SafeText,
  signal: AbortSignal,
): Promise<SafeText | undefined> {
  const {failed, isCanceled, stderr, shortMessage} = await execa(player, PLAYER_ARGUMENTS[player](url, title), {
    reject: false,
    stdin: 'ignore',
    stdout: 'ignore',
    maxBuffer: MAX_OUTPUT_BYTES,
    cancelSignal: signal,
    forceKillAfterDelay: 2_000,
  })
  if (!failed || isCanceled) return undefined
  return safeText(String(stderr || shortMessage).split('\n', 1)[0] ?? '', 200)
}

function opinionOf(text: string): Opinion | undefined {
  try {
    const {streams} = JSON.parse(text) as {
      streams?: {codec_name?: unknown; profile?: unknown; width?: unknown; height?: unknown}[]
    }
    const stream = streams?.[0]
    if (!stream) return undefined
    const {codec_name: codec, profile, width, height} = stream
    return {
      tool: 'ffprobe',
      codec: safeText(String(codec), 40),
      ...(typeof profile === 'string' ? {profile: safeText(profile, 40)} : {}),
      ...(typeof width === 'number' ? {width} : {}),
      ...(typeof height === 'number' ? {height} : {}),
    }
  } catch {
    return undefined
  }
}
