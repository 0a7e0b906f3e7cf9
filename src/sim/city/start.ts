/** Brings a planned city to life: its cameras on the network, its addresses in the inventory. */
import type {Clock} from '../../lib/clock.ts'
import {isCitywatchError} from '../../lib/errors.ts'
import type {Camera, Device} from '../../model/device.ts'
import {type Fleet, startFleet} from '../camera/fleet.ts'
import {type City, type CityOptions, planCity} from './plan.ts'

export interface RunningCity extends Fleet {
  readonly city: City
  /** What the inventory should know: sites, panels, their zones, and the cameras with the addresses that they now have. */
  readonly devices: readonly Device[]
}

export interface StartOptions extends Omit<CityOptions, 'network' | 'httpPort' | 'rtspPort'> {
  /** Of every camera; absent: the usual one, or one of the system's choice where another program has that on every address. */
  readonly httpPort?: number
  readonly rtspPort?: number
  /** Second number of the addresses; absent: the first network that is free. */
  readonly network?: number
  readonly clock: Clock
  readonly discovery?: {readonly multicast: boolean}
}

const FIRST_NETWORK = 20
const LAST_NETWORK = 120
const HTTP_PORT = 8080
const RTSP_PORT = 8554
const ANY_PORT = {httpPort: 0, rtspPort: 0}

/**
 * Throws CW_PORT_IN_USE when the network asked for is taken, or when all are. Where the system has only 127.0.0.1 (macOS),
 * all cameras share it and are told apart by port.
 */
export async function startCity(options: StartOptions): Promise<RunningCity> {
  const {httpPort = HTTP_PORT, rtspPort = RTSP_PORT, network} = options
  const asked = {...options, httpPort, rtspPort}
  if (network !== undefined) return startOn(network, asked)
  try {
    return await startOnFirstFree(asked)
  } catch (error) {
    if (isCitywatchError(error, 'CW_IO') && error.params.detail === 'EADDRNOTAVAIL') {
      return startOn(0, {...options, ...ANY_PORT})
    }
    const chosen = options.httpPort !== undefined || options.rtspPort !== undefined
    if (chosen || !isCitywatchError(error, 'CW_PORT_IN_USE')) throw error
    return startOn(FIRST_NETWORK, {...options, ...ANY_PORT})
  }
}

async function startOnFirstFree(options: StartOptions & typeof ANY_PORT): Promise<RunningCity> {
  for (let network = FIRST_NETWORK; ; network++) {
    try {
      return await startOn(network, options)
    } catch (error) {
      if (!isCitywatchError(error, 'CW_PORT_IN_USE') || network === LAST_NETWORK) throw error
    }
  }
}

async function startOn(network: number, options: StartOptions & typeof ANY_PORT): Promise<RunningCity> {
  const city = planCity({...options, network})
  const fleet = await startFleet(city.specs, {
    clock: options.clock,
    ...(options.discovery ? {discovery: options.discovery} : {}),
  })
  const xaddrs = new Map(fleet.cameras.map((camera) => [camera.spec.key, camera.xaddr]))
  const cameras = options.cameras.map((camera): Camera => ({...camera, xaddr: xaddrs.get(camera.key) ?? ''}))
  return {...fleet, city, devices: [...city.sites, ...city.panels, ...city.zones, ...cameras]}
}
