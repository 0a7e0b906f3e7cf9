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

export interface StartOptions extends Omit<CityOptions, 'network'> {
  /** Second number of the addresses; absent: the first network that is free. */
  readonly network?: number
  readonly clock: Clock
  readonly discovery?: {readonly multicast: boolean}
}

const FIRST_NETWORK = 20
const LAST_NETWORK = 120

/**
 * Throws CW_PORT_IN_USE when the network asked for is taken, or when all are. Where the system has only 127.0.0.1 (macOS),
 * all cameras share it and are told apart by port.
 */
export async function startCity(options: StartOptions): Promise<RunningCity> {
  if (options.network !== undefined) return startOn(options.network, options)
  for (let network = FIRST_NETWORK; ; network++) {
    try {
      return await startOn(network, options)
    } catch (error) {
      if (isCitywatchError(error, 'CW_IO') && error.params.detail === 'EADDRNOTAVAIL') {
        return startOn(0, {...options, httpPort: 0, rtspPort: 0})
      }
      if (!isCitywatchError(error, 'CW_PORT_IN_USE') || network === LAST_NETWORK) throw error
    }
  }
}

async function startOn(network: number, options: StartOptions): Promise<RunningCity> {
  const city = planCity({...options, network})
  const fleet = await startFleet(city.specs, {
    clock: options.clock,
    ...(options.discovery ? {discovery: options.discovery} : {}),
  })
  const xaddrs = new Map(fleet.cameras.map((camera) => [camera.spec.key, camera.xaddr]))
  const cameras = options.cameras.map((camera): Camera => ({...camera, xaddr: xaddrs.get(camera.key) ?? ''}))
  return {...fleet, city, devices: [...city.sites, ...city.panels, ...city.zones, ...cameras]}
}
