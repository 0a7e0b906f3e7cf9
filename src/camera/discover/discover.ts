/** Finds cameras: by WS-Discovery multicast on every interface, or by asking each address of a range. */
import {randomUUID} from 'node:crypto'
import {lookup} from 'node:dns/promises'
import {limiter} from '../../lib/limiter.ts'
import {DISCOVERY_PORT, type ProbeType, writeProbe} from '../../protocol/wsdiscovery/message.ts'
import {type Ear, type InterfaceResult, openEars, type Received} from './ears.ts'
import {type Found, isOn, type Origin} from './found.ts'
import {allInterfaces, localInterfaces} from './interfaces.ts'
import {Queue} from './queue.ts'
import {Sightings} from './sightings.ts'
import {Speakers} from './speakers.ts'
import {Subnets} from './subnets.ts'
import {type SweepCounts, type SweepOptions, sweep} from './sweep.ts'
import {type Addresses, expandAddresses} from './targets.ts'

export interface DiscoverOptions extends Omit<SweepOptions, 'progress'> {
  /** Names or addresses of interfaces; none: every one that is up. Not used when `addresses` are given. */
  readonly interfaces: readonly string[]
  /** Addresses, networks and ranges to ask one by one, for what multicast does not reach. */
  readonly addresses: readonly string[]
  /** Addresses that may be asked; more are refused. */
  readonly maxHosts: number
  /** UDP port of the devices. */
  readonly port?: number
  readonly signal?: AbortSignal
  readonly progress?: SweepOptions['progress']
}

export interface DiscoverSummary {
  readonly interfaces: readonly InterfaceResult[]
  /** Only where addresses were asked one by one. */
  readonly sweep?: SweepCounts
  /** Devices that there was no room to remember. */
  readonly dropped: number
  /** False when the run was stopped before everything was asked and its time was over. */
  readonly complete: boolean
}

export interface Discovery {
  /** Each device once, as soon as it is known. Throws CW_BAD_VALUE, CW_BAD_ADDRESS, and CW_IO when no interface can be used. */
  readonly found: AsyncGenerator<Found>
  /** How it went, so far. */
  summary(): DiscoverSummary
  /** The addresses that are asked one by one; undefined for a search by multicast, and before it began. */
  addresses(): Addresses | undefined
}

/** Some devices know only one type, some answer only a question without any; each is asked twice, since UDP loses. */
const PROBE_TYPES: readonly ProbeType[] = ['NetworkVideoTransmitter', 'Device', null]
const REPEATS = 2
const REPEAT_AFTER_MS = 300
const BETWEEN_TYPES_MS = 50
/** Names that are looked up at a time. */
const LOOKUPS = 16
/** Addresses of one name that are asked. */
const MAX_PER_NAME = 8

/** Begins when `found` is read. */
export function discover(options: DiscoverOptions): Discovery {
  const run = new Run(options)
  return {found: run.found(), summary: () => run.summary(), addresses: () => run.addresses}
}

class Run {
  addresses: Addresses | undefined
  readonly #options: DiscoverOptions
  readonly #asked = new Set<string>()
  readonly #sightings = new Sightings(this.#asked)
  readonly #queue = new Queue<Found>()
  readonly #held = new Map<string, Found[]>()
  readonly #subnets = new Subnets(allInterfaces())
  readonly #closes: {close(): void}[] = []
  #results: readonly InterfaceResult[] = []
  #counts: SweepCounts | undefined
  #complete = false

  constructor(options: DiscoverOptions) {
    this.#options = options
  }

  summary(): DiscoverSummary {
    return {
      interfaces: this.#results,
      ...(this.#counts ? {sweep: this.#counts} : {}),
      dropped: this.#sightings.dropped,
      complete: this.#complete,
    }
  }

  async *found(): AsyncGenerator<Found> {
    const {signal} = this.#options
    const stop = new AbortController()
    const end = () => stop.abort(STOPPED)
    signal?.addEventListener('abort', end, {once: true})
    if (signal?.aborted) end()
    try {
      const ask = await this.#prepare(stop.signal)
      void ask().then(
        () => {
          this.#complete = true
          this.#queue.end()
        },
        (error: unknown) => (stop.signal.aborted ? this.#queue.end() : this.#queue.fail(error)),
      )
      yield* this.#queue
    } finally {
      end()
      signal?.removeEventListener('abort', end)
      for (const one of this.#closes) one.close()
    }
  }

  /** Opens the sockets; what it returns asks everything. */
  async #prepare(signal: AbortSignal): Promise<() => Promise<void>> {
    const {addresses: ranges, maxHosts, port = DISCOVERY_PORT, interfaces} = this.#options
    if (ranges.length === 0) {
      const places = localInterfaces(interfaces)
      const {ears, results} = await openEars(places, port, (...told) => this.#receive('multicast', ...told))
      this.#closes.push(...ears)
      this.#results = results
      return () => this.#askGroups(ears, signal)
    }
    const failed: Record<string, number> = {}
    const addresses = await resolved(expandAddresses(ranges, maxHosts), ranges, maxHosts, failed)
    this.addresses = addresses
    const counts: SweepCounts = {addresses: addresses.size, asked: 0, open: 0, refused: 0, silent: 0, failed}
    this.#counts = counts
    if (addresses.size === 0) return async () => {}
    const {clock} = this.#options
    const speakers = await Speakers.open(addresses, port, (...told) => this.#receive('unicast', ...told), {
      clock,
      signal,
    })
    this.#closes.push(speakers)
    this.#results = speakers.results
    return () =>
      sweep(
        {
          addresses,
          counts,
          signal,
          send: (text, address) => speakers.send(text, address),
          drained: () => speakers.drained(),
          probe: (type) => this.#probe(type),
          sightings: this.#sightings,
          tell: (found) => this.#queue.push(found),
          held: this.#held,
        },
        {...this.#options, progress: this.#options.progress ?? (() => {})},
      )
  }

  #receive(heard: 'multicast' | 'unicast', datagram: Buffer, from: Origin): Received {
    const {found, understood} = this.#sightings.take(datagram, from, heard)
    this.#queue.push(found.flatMap((one) => this.#placed(one)))
    return {devices: found.length, understood}
  }

  /** The device with what is to be said of the way to it; none yet when a sweep may still say more. */
  #placed(found: Found): Found[] {
    if (found.heard === 'multicast') {
      const reach = this.#subnets.reachOf(found)
      return [reach ? {...found, reach} : found]
    }
    if (found.xaddrs.some((xaddr) => isOn(xaddr, found.address))) return [found]
    const translated: Found = {...found, reach: {kind: 'translated', told: found.xaddrs}}
    const others = this.#held.get(found.address)
    if (others) others.push(translated)
    else this.#held.set(found.address, [translated])
    return []
  }

  #probe(type: ProbeType): string {
    const id = `urn:uuid:${randomUUID()}`
    this.#asked.add(id)
    return writeProbe(id, type)
  }

  async #askGroups(ears: readonly Ear[], signal: AbortSignal): Promise<void> {
    const {clock, timeoutMs} = this.#options
    for (let round = 0; round < REPEATS; round++) {
      if (round > 0) await clock.sleep(REPEAT_AFTER_MS, signal)
      for (const type of PROBE_TYPES) {
        const text = this.#probe(type)
        for (const ear of ears) ear.send(text)
        await clock.sleep(BETWEEN_TYPES_MS, signal)
      }
    }
    await clock.sleep(timeoutMs, signal)
  }
}

const STOPPED = 'the search was stopped'

/** The addresses with host names looked up; a name that has none is counted among `failed`. */
async function resolved(
  addresses: Addresses,
  ranges: readonly string[],
  maxHosts: number,
  failed: Record<string, number>,
): Promise<Addresses> {
  if (addresses.names.length === 0) return addresses
  const inTurn = limiter(LOOKUPS)
  const looked = await Promise.all(
    addresses.names.map((name) =>
      inTurn(async () => {
        try {
          const all = await lookup(name, {all: true})
          return all.slice(0, MAX_PER_NAME).map(({address}) => address)
        } catch (error) {
          const {code = 'ENOTFOUND'} = error as NodeJS.ErrnoException
          failed[code] = (failed[code] ?? 0) + 1
          return []
        }
      }),
    ),
  )
  const names = new Set(addresses.names)
  return expandAddresses([...ranges.filter((range) => !names.has(range.trim())), ...looked.flat()], maxHosts)
}
