/** `sim city`: a city on loopback, joined to a platform's inventory where asked for. */

import {writeFile} from 'node:fs/promises'
import type {Clock} from '../lib/clock.ts'
import {CitywatchError, isCitywatchError} from '../lib/errors.ts'
import type {Credential} from '../lib/secret.ts'
import type {Camera, Panel} from '../model/device.ts'
import type {PlatformClient} from '../platform/client.ts'
import {stir} from '../sim/camera/events/stir.ts'
import {PANEL_ZONES} from '../sim/city/catalogue.ts'
import {parseFaults, typicalFaults} from '../sim/city/faults.ts'
import {inventCameras} from '../sim/city/invent.ts'
import {type RunningCity, type StartOptions, startCity} from '../sim/city/start.ts'
import {type Accounting, runPanels} from '../sim/panel/panels.ts'
import {type PlatformChoice, platformClient} from './context.ts'
import type {CredentialFlags} from './credentials.ts'
import {untilAborted} from './interrupt.ts'
import {type SimCredential, simCredential} from './sim-credential.ts'

export interface SimCityFlags extends PlatformChoice, CredentialFlags {
  readonly cameras: number
  readonly inventory: boolean
  readonly panels: number
  readonly signals: number
  readonly interval: number
  readonly 'camera-events': number
  readonly fault?: readonly string[] | undefined
  readonly healthy: boolean
  readonly truth?: string | undefined
  readonly seed: number
  readonly network?: number | undefined
  readonly 'http-port'?: number | undefined
  readonly 'rtsp-port'?: number | undefined
  readonly multicast: boolean
}

export interface CityReady {
  readonly text: string
  readonly json: unknown
}

/** Runs until `signal` aborts. Returns how many signals the panels sent and what became of them. */
export async function serveCity(
  flags: SimCityFlags,
  clock: Clock,
  signal: AbortSignal,
  ready: (line: CityReady) => void,
): Promise<{signals: Accounting; cameraEvents: number}> {
  const client = flags.inventory ? await platformClient(flags) : undefined
  const cameras = client ? await camerasOf(client) : inventCameras(flags.cameras, flags.seed)
  const login = await simCredential(flags)
  let city: RunningCity | undefined
  try {
    city = await startCity(optionsOf(flags, cameras, login.credential, clock)).catch((error: unknown) => {
      throw tooMany(error, cameras.length)
    })
    if (flags.truth !== undefined) await writeTruth(flags.truth, city)
    if (client) await client.putDevices({devices: city.devices})
    ready(readyLine(city, login))
    const {seed, 'camera-events': perMinute} = flags
    const [signals, cameraEvents] = await Promise.all([
      client ? signalTo(client, city.city.panels, flags, clock, signal) : NOTHING_SENT,
      stir(city.cameras, {perMinute, seed, clock, signal}),
      untilAborted(signal),
    ])
    return {signals, cameraEvents}
  } finally {
    await Promise.all([city?.close(), login.remove()])
  }
}

/** Each camera has three sockets, one without power six more: the system allows a process so many open files. */
function tooMany(error: unknown, cameras: number): unknown {
  if (!isCitywatchError(error, 'CW_IO') || error.params.detail !== 'EMFILE') return error
  const expected =
    'as many as this process may open files for, three for each (ulimit -n); or several cities, each with its own --network'
  return new CitywatchError('CW_BAD_VALUE', {field: '--cameras', value: cameras, expected}, {cause: error})
}

function optionsOf(
  flags: SimCityFlags,
  cameras: readonly Camera[],
  credential: Credential,
  clock: Clock,
): StartOptions {
  const {seed, panels, healthy, fault, network, multicast, 'http-port': httpPort, 'rtsp-port': rtspPort} = flags
  return {
    seed,
    cameras,
    panels,
    faults: healthy ? {} : fault ? parseFaults(fault, cameras.length) : typicalFaults(cameras.length),
    ...(httpPort === undefined ? {} : {httpPort}),
    ...(rtspPort === undefined ? {} : {rtspPort}),
    credential,
    clock,
    discovery: {multicast},
    ...(network === undefined ? {} : {network}),
  }
}

const NOTHING_SENT: Accounting = {sent: 0, acked: 0, refused: 0, lost: 0}

async function camerasOf(client: PlatformClient): Promise<Camera[]> {
  const cameras: Camera[] = []
  for await (const camera of client.devices('camera')) cameras.push(camera)
  if (cameras.length === 0) {
    throw new CitywatchError('CW_USAGE', {
      detail: 'the inventory has no cameras yet: citywatch site import FILE --apply',
    })
  }
  return cameras
}

async function signalTo(
  client: PlatformClient,
  panels: readonly Panel[],
  flags: SimCityFlags,
  clock: Clock,
  signal: AbortSignal,
): Promise<Accounting> {
  const {dc09Port} = await client.status()
  return runPanels(
    panels.map(({account}) => ({account, zones: PANEL_ZONES.length})),
    {
      receiver: {host: client.host, port: dc09Port},
      seed: flags.seed,
      events: flags.signals === 0 ? Number.POSITIVE_INFINITY : flags.signals,
      intervalMs: flags.interval,
      clock,
      signal,
    },
  )
}

function readyLine(city: RunningCity, {credential: {user}, passwordFile}: SimCredential): CityReady {
  const [first] = city.cameras
  const last = city.cameras.at(-1)
  const addresses = first && last ? `${first.xaddr} … ${last.spec.address}` : 'no cameras'
  const login = passwordFile ? `, login ${user}, password in ${passwordFile}` : `, login ${user}`
  return {
    text: `${city.cameras.length} cameras (${city.city.truth.size} sick) at ${addresses}${login}; ${city.city.panels.length} panels. Ctrl-C ends it.`,
    json: {
      cameras: city.cameras.map((camera) => ({key: camera.spec.key, xaddr: camera.xaddr})),
      panels: city.city.panels.map(({account}) => account),
      sick: city.city.truth.size,
      user,
      ...(passwordFile ? {passwordFile} : {}),
    },
  }
}

async function writeTruth(path: string, {city}: RunningCity): Promise<void> {
  try {
    await writeFile(path, `${JSON.stringify(Object.fromEntries(city.truth), null, 2)}\n`)
  } catch (cause) {
    throw new CitywatchError('CW_IO', {path, detail: (cause as NodeJS.ErrnoException).code ?? 'not writable'}, {cause})
  }
}
