/** `camera play`: a camera's stream in a player of this machine, without the player ever learning the password. */
import {DeviceFailure} from '../camera/failure.ts'
import {installedPlayer, type Player, runPlayer} from '../camera/media-tools.ts'
import type {HandedOut} from '../camera/onvif/address.ts'
import {serveRelay} from '../camera/play/serve.ts'
import type {Host, VisitOptions} from '../camera/visit.ts'
import {CitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'
import {untilAborted} from './interrupt.ts'

export interface PlayChoice {
  readonly profile?: string | undefined
  readonly player?: Player | undefined
  /** No player is started: somebody else's is waited for. */
  readonly relayOnly: boolean
  readonly port: number
  /** Told where the stream is offered. */
  readonly offered: (url: string) => void
}

export interface Played {
  readonly profile: string
  readonly player?: Player
  /** The address named another host; the camera's own was asked. */
  readonly foreign: boolean
}

/** Plays until the player ends or the signal aborts. Throws DeviceFailure, CW_USAGE, CW_PORT_IN_USE, CW_IO. */
export async function play(host: Host, choice: PlayChoice, options: VisitOptions): Promise<Played> {
  const player = choice.relayOnly ? undefined : (choice.player ?? (await somePlayer()))
  const {profile, from} = await streamFor(host, choice.profile)
  // The camera may have room for few connections: what is not needed any more is closed first.
  await host.session.close()
  const {timeoutMs, clock, signal, trust} = options
  const relay = await serveRelay({
    ...{url: from.uri, credential: host.target.credential, login: host.streamLogin, timeoutMs, port: choice.port},
    ...{clock, signal, ...(trust ? {trust} : {})},
  })
  try {
    choice.offered(relay.url)
    const title = safeText(host.target.name ?? host.target.key, 80)
    const complaint = player ? await runPlayer(player, relay.url, title, signal) : await untilAborted(signal)
    const failure = relay.failure()
    if (failure) throw failure
    if (complaint) throw new DeviceFailure('no-frames', `${player}: ${complaint}`)
    return {profile, ...(player ? {player} : {}), foreign: from.foreign}
  } finally {
    await relay.close()
  }
}

async function streamFor({session}: Host, token: string | undefined): Promise<{profile: string; from: HandedOut}> {
  const profile = token ?? (await session.profiles())[0]?.token
  if (profile === undefined) throw new DeviceFailure('no-profile', 'the camera has no media profile')
  return {profile, from: await session.streamUri(profile)}
}

async function somePlayer(): Promise<Player> {
  const player = await installedPlayer()
  if (player) return player
  throw new CitywatchError('CW_USAGE', {
    detail: 'no player is installed (ffplay, mpv or vlc); --relay offers the stream to any other',
  })
}
