/** What a camera tells of itself, for a person: a line a fact. */
import type {CameraFacts} from '../../camera/facts.ts'
import type {Visited} from '../../camera/visit.ts'
import {safeText} from '../../lib/safe-text.ts'

/** Lines without an end; names before values, two columns. */
export function factLines({camera, xaddr, result, cause, detail}: Visited<CameraFacts>): string {
  const facts = result ? factsOf(result) : [[cause ?? 'failed', detail ?? ''] as const]
  const all: readonly (readonly [string, string])[] = [['camera', camera], ['address', xaddr ?? '(none)'], ...facts]
  const width = Math.max(...all.map(([name]) => name.length))
  return all.map(([name, value]) => `${name.padEnd(width)}  ${safeText(value)}`).join('\n')
}

function* factsOf(facts: CameraFacts): Generator<readonly [string, string]> {
  const {identity, services, profiles, missing, ntp} = facts
  yield ['maker', identity.manufacturer]
  yield ['model', identity.model]
  yield ['firmware', identity.firmware]
  yield ['serial', identity.serial]
  if (facts.name !== undefined) yield ['name', facts.name]
  if (facts.hostname !== undefined) yield ['host name', facts.hostname]
  yield ['clock', `${seconds(facts.clockOffsetMs)} s (± ${seconds(facts.clockUncertaintyMs)} s)`]
  yield ['login', facts.login ?? 'none asked for']
  if (ntp) yield ['NTP', `${ntp.servers.join(', ') || '(none)'}${ntp.fromDhcp ? ' (by DHCP)' : ''}`]
  for (const {name, advertised, foreign} of services) yield [`service ${name}`, `${advertised}${mark(foreign)}`]
  for (const profile of profiles) yield* profileFacts(profile)
  for (const {part, cause, detail} of missing) yield [`not told: ${part}`, `${cause}: ${detail}`]
}

function* profileFacts(profile: CameraFacts['profiles'][number]): Generator<readonly [string, string]> {
  const {token, name, codec, width, height, frameRate, stream, snapshot} = profile
  const size = width === undefined ? undefined : `${width}×${height}`
  const rate = frameRate === undefined ? undefined : `${frameRate}/s`
  yield [`profile ${token}`, [name, codec, size, rate].filter(Boolean).join(' ')]
  if (stream) yield ['  stream', `${stream.uri}${mark(stream.foreign, stream.advertised)}`]
  if (snapshot) yield ['  snapshot', `${snapshot.uri}${mark(snapshot.foreign, snapshot.advertised)}`]
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1)
}

function mark(foreign: boolean, advertised?: string): string {
  if (!foreign) return ''
  return advertised === undefined ? '  (foreign)' : `  (it says ${advertised})`
}
