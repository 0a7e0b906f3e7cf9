/** The network interfaces that discovery asks on. */
import {networkInterfaces} from 'node:os'
import {CitywatchError} from '../../lib/errors.ts'

export interface LocalInterface {
  readonly name: string
  /** IPv4 address. */
  readonly address: string
}

/**
 * Every interface that is up and has an IPv4 address, loopback only when named; or those wanted, by name or address. Throws
 * CW_BAD_VALUE, naming what there is, for one that this machine does not have.
 */
export function localInterfaces(wanted: readonly string[]): LocalInterface[] {
  const all = Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.flatMap(({address, family, internal}) => (family === 'IPv4' ? [{name, address, internal}] : [])),
  )
  if (wanted.length === 0) return all.filter(({internal}) => !internal).map(({name, address}) => ({name, address}))
  return wanted.flatMap((text) => {
    const found = all.filter(({name, address}) => name === text || address === text)
    if (found.length > 0) return found.map(({name, address}) => ({name, address}))
    const expected = [...new Set(all.map(({name, address}) => `${name} (${address})`))].join(', ')
    throw new CitywatchError('CW_BAD_VALUE', {field: 'interface', value: text, expected})
  })
}
