/** The network interfaces that discovery asks on. */
import {networkInterfaces} from 'node:os'
import {CitywatchError} from '../../lib/errors.ts'

export interface LocalInterface {
  readonly name: string
  readonly address: string
  readonly family: 'IPv4' | 'IPv6'
  /** Its network: `192.0.2.2/24`. */
  readonly cidr: string
  /** How the system names the interface behind `%` in an IPv6 address: its name, on Windows its number. */
  readonly zone: string
  readonly internal: boolean
}

/**
 * Every interface that is up, once for each IPv4 address and once for IPv6 (by its link-local address, which is what devices
 * on the link answer to); loopback only when named. Or those wanted, by name or address. Throws CW_BAD_VALUE, naming what
 * there is, for one that this machine does not have.
 */
export function localInterfaces(wanted: readonly string[]): LocalInterface[] {
  const all = allInterfaces()
  if (wanted.length === 0) return oneIPv6Each(all.filter(({internal}) => !internal))
  return wanted.flatMap((text) => {
    const named = oneIPv6Each(all.filter(({name}) => name === text))
    const found = named.length > 0 ? named : all.filter(({address}) => address === text)
    if (found.length > 0) return found
    const expected = [...new Set(all.map(({name, address}) => `${name} (${address})`))].join(', ')
    throw new CitywatchError('CW_BAD_VALUE', {field: 'interface', value: text, expected})
  })
}

/** Every address of every interface that is up. */
export function allInterfaces(): LocalInterface[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.map((info) => ({
      name,
      address: info.address,
      family: info.family,
      cidr: info.cidr ?? `${info.address}/${info.family === 'IPv4' ? 32 : 128}`,
      zone: process.platform === 'win32' && info.family === 'IPv6' ? String(info.scopeid) : name,
      internal: info.internal,
    })),
  )
}

function oneIPv6Each(interfaces: readonly LocalInterface[]): LocalInterface[] {
  const linkLocal = new Map<string, LocalInterface>()
  for (const local of interfaces) {
    if (local.family !== 'IPv6') continue
    const isBetter = /^fe[89ab]/i.test(local.address) && !/^fe[89ab]/i.test(linkLocal.get(local.name)?.address ?? '')
    if (isBetter || !linkLocal.has(local.name)) linkLocal.set(local.name, local)
  }
  return interfaces.filter((local) => local.family === 'IPv4' || linkLocal.get(local.name) === local)
}
