/** Datagrams that devices, broken devices and attackers send, made anew from a seed and a number; and what must hold of each. */
import type {Found} from '../../src/camera/discover/found.ts'
import {Sightings} from '../../src/camera/discover/sightings.ts'
import {Subnets} from '../../src/camera/discover/subnets.ts'
import {isCitywatchError} from '../../src/lib/errors.ts'
import {seededRandom} from '../../src/lib/random.ts'
import {
  MAX_MATCHES,
  type Match,
  readDiscovery,
  writeHello,
  writeMatches,
  writeProbe,
} from '../../src/protocol/wsdiscovery/message.ts'

const ASKED = 'urn:uuid:asked'
/** Longest that one datagram may take, ms: it is at most 64 KiB. */
const STALL_MS = 1_000
const MAX_DATAGRAM = 65_507
/** No search remembers more than it is asked to in a test. */
const RENEW = 1_000

const XADDRS = [
  'http://10.0.0.5/onvif/device_service', 'http://0.0.0.0/', 'http://[fe80::1]/onvif', 'http://[::]/', 'http://[fe80::1%25eth0]/', 'https://camera.example:443/x?y#z',
  'http://admin:pw@10.0.0.5/', 'file:///etc/passwd', 'javascript:alert(1)', 'http://', 'http:///', '//x', 'x', '', 'http://%00/', 'http://\u202e/', 'http://1.2.3.4.5/', 'http://0x7f.1/',
  'http://999.1.1.1/', 'http://169.254.169.254/latest', 'http://10.0.0.5:99999/', `http://${'a'.repeat(600)}/`, `http://10.0.0.5/${'/'.repeat(400)}`, 'http://例え.テスト/',
] // biome-ignore format: one family a line
const SCOPES = [
  'onvif://www.onvif.org/name/%1b%5b2J',
  'onvif://www.onvif.org/name/%',
  'onvif://www.onvif.org/hardware/%FF',
  'onvif://www.onvif.org/MAC/00',
  'x',
  '\u202e',
  'onvif://www.onvif.org/name/门',
]
const EPRS = [
  'urn:uuid:1',
  '',
  'uuid:11111111-2222-4333-8444-555555555555',
  'x'.repeat(5_000),
  '__proto__',
  'constructor',
]
const RELATES = [ASKED, ASKED, ASKED, 'urn:uuid:other', '', `  ${ASKED}\n`]

type Dice = (below: number) => number

/** Datagram `index` of the run with this seed. */
export function datagramOf(seed: number, index: number): Uint8Array {
  const random = seededRandom((seed ^ Math.imul(index + 1, 0x9e3779b1)) >>> 0)
  const dice: Dice = (below) => Math.floor(random() * below)
  const bytes = Buffer.from(textOf(dice))
  const times = dice(3) === 0 ? 0 : 1 + dice(6)
  let out: Buffer = bytes
  for (let time = 0; time < times; time++) out = mutated(out, dice)
  return out.subarray(0, MAX_DATAGRAM)
}

function textOf(dice: Dice): string {
  switch (dice(8)) {
    case 0:
      return writeProbe(pick(EPRS, dice), dice(2) === 0 ? null : 'Device')
    case 1:
      return writeHello('urn:uuid:h', match(dice))
    case 2:
      return writeMatches(
        'urn:uuid:m',
        pick(RELATES, dice),
        Array.from({length: dice(120)}, () => match(dice)),
      )
    case 3:
      return `<a>${'<b>'.repeat(dice(5_000))}`
    case 4:
      return `<!DOCTYPE x [<!ENTITY a "${'b'.repeat(dice(200))}">]>${writeMatches('m', ASKED, [match(dice)])}`
    default:
      return writeMatches('urn:uuid:m', pick(RELATES, dice), [match(dice)])
  }
}

function match(dice: Dice): Match {
  const some = (items: readonly string[]) => Array.from({length: dice(4)}, () => pick(items, dice))
  return {epr: pick(EPRS, dice), types: some(['Device', 'x']), scopes: some(SCOPES), xaddrs: some(XADDRS)}
}

function mutated(bytes: Buffer, dice: Dice): Buffer {
  const at = dice(bytes.length + 1)
  switch (dice(5)) {
    case 0:
      return bytes.subarray(0, at)
    case 1:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([dice(256), dice(256)]), bytes.subarray(at)])
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 1 + dice(40)))])
    case 3:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(pick(PIECES, dice)), bytes.subarray(at)])
    default: {
      const copy = Buffer.from(bytes)
      if (copy.length > 0) copy[at % copy.length] = dice(256)
      return copy
    }
  }
}

const PIECES = [
  '<',
  '>',
  '&',
  '&#x1b;',
  ']]>',
  '<![CDATA[',
  '<!--',
  '\u0000',
  '\ufeff',
  ' xmlns:a="b"',
  '&lt;'.repeat(500),
  '</d:ProbeMatch>',
]

export interface Counts {
  read: number
  refused: number
  found: number
}

export function emptyCounts(): Counts {
  return {read: 0, refused: 0, found: 0}
}

let sightings = new Sightings(new Set([ASKED]))

/** Throws for anything but a message or the remote error; for what found is not safe to print; and for a stall. */
export function askDatagram(bytes: Uint8Array, index: number, counts: Counts): void {
  const began = performance.now()
  counts[isRead(bytes) ? 'read' : 'refused'] += 1
  if (index % RENEW === 0) sightings = new Sightings(new Set([ASKED]))
  const from = {interface: 'eth0', address: `10.0.${index & 255}.${(index >> 8) & 255}`}
  for (const found of sightings.take(bytes, from, 'multicast').found) {
    counts.found += 1
    new Subnets([]).reachOf(found)
    mustBeSafe(found)
  }
  if (performance.now() - began > STALL_MS) throw new Error(`took ${performance.now() - began} ms`)
}

function isRead(bytes: Uint8Array): boolean {
  try {
    const message = readDiscovery(bytes)
    if (message.kind === 'matches' && message.matches.length > MAX_MATCHES) throw new Error('too many matches')
    return true
  } catch (error) {
    if (!isCitywatchError(error, 'CW_PROTOCOL_REMOTE')) throw error
    return false
  }
}

function mustBeSafe(found: Found): void {
  if (UNSAFE.test(JSON.stringify(found))) throw new Error(`unsafe: ${JSON.stringify(found)}`)
  for (const xaddr of found.xaddrs) {
    const {protocol, username, password} = new URL(xaddr)
    if (!/^https?:$/.test(protocol) || username !== '' || password !== '') throw new Error(`unsafe: ${xaddr}`)
  }
}

const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/

function pick<T>(items: readonly T[], dice: Dice): T {
  return items[dice(items.length)] as T
}
