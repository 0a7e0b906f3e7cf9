/** Platforms on one PostgreSQL, each over a line of its own that can be cut, in a time that only moves when told. */
import {connect, createServer, type Socket} from 'node:net'
import {setImmediate as turn} from 'node:timers/promises'
import {onTestFinished} from 'vitest'
import type {Clock} from '../../src/lib/clock.ts'
import {safeText} from '../../src/lib/safe-text.ts'
import type {Camera} from '../../src/model/device.ts'
import type {LogEntry} from '../../src/model/log-entry.ts'
import {PlatformClient} from '../../src/platform/client.ts'
import {type Platform, type PlatformOptions, startPlatform} from '../../src/platform/server/platform.ts'
import {parsePostgresUrl} from '../../src/platform/store/postgres/target.ts'
import {type ManualClock, manualClock} from './clock.ts'
import {tempFolder} from './temp-folder.ts'
import {until} from './wait.ts'

/** How often a platform looks who is missing, and how often nodes tell each other, ms. */
const SWEEP_MS = 250
const ROUND_MS = 200
/** How often it looks while the store waits for its server, ms. */
const MEANWHILE_MS = 750
const START = Date.UTC(2026, 0, 1)

export interface PeerNode {
  readonly platform: Platform
  readonly client: PlatformClient
  readonly line: Line
  /** Ends without a word: the line is cut for good, and what it knows does not count any more. */
  kill(): void
  close(): Promise<void>
}

export interface Line {
  readonly url: string
  cut(): void
  /** Nothing passes, and nobody is told. */
  hold(): void
  mend(): void
  readonly isWhole: boolean
  readonly wasBroken: boolean
  /** Connections that came through it so far. */
  readonly opened: number
}

export async function lineTo(url: string): Promise<Line> {
  const {port, hostname} = new URL(url)
  const sockets = new Set<Socket>()
  let state: 'whole' | 'cut' | 'held' = 'whole'
  let wasBroken = false
  let opened = 0
  const listener = createServer((client) => {
    client.on('error', () => {})
    if (state === 'cut') return void client.destroy()
    sockets.add(client)
    opened++
    const upstream = connect(Number(port), hostname)
    upstream.on('error', () => {})
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on('data', (chunk) => void (state === 'held' || to.write(chunk)))
      from.once('close', () => to.destroy())
    }
    client.once('close', () => sockets.delete(client))
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const drop = () => {
    for (const socket of sockets) socket.destroy()
  }
  onTestFinished(() => {
    listener.close()
    drop()
  })
  const through = new URL(url)
  const address = listener.address()
  through.port = String(typeof address === 'object' && address !== null ? address.port : 0)
  return {
    url: through.href,
    cut() {
      state = 'cut'
      wasBroken = true
      drop()
    },
    hold() {
      state = 'held'
      wasBroken = true
    },
    mend() {
      if (state === 'held') drop() // half a question is none
      state = 'whole'
    },
    get isWhole() {
      return state === 'whole'
    },
    get opened() {
      return opened
    },
    get wasBroken() {
      return wasBroken
    },
  }
}

/** Which loops of a node wait for time to pass, by how long they wait. */
class Pulse {
  readonly line: Line
  readonly #asleep = new Map<number, number>()

  constructor(line: Line) {
    this.line = line
  }

  /** The same time for everybody. */
  clockOf(time: ManualClock): Clock {
    return {
      now: () => START + time.now(),
      sleep: (ms, signal) => {
        this.#count(ms, 1)
        return time.sleep(ms, signal).finally(() => this.#count(ms, -1))
      },
    }
  }

  /** It has looked who is missing, and what it wrote is on the disk; behind a line that was cut, as much of that as can be. */
  get hasLooked(): boolean {
    return this.#isAsleep(SWEEP_MS) || (this.line.wasBroken && this.#isAsleep(MEANWHILE_MS))
  }

  get hasTold(): boolean {
    return this.#isAsleep(ROUND_MS)
  }

  #isAsleep(ms: number): boolean {
    return (this.#asleep.get(ms) ?? 0) > 0
  }

  #count(ms: number, by: number): void {
    this.#asleep.set(ms, (this.#asleep.get(ms) ?? 0) + by)
  }
}

export async function peerNodes(url: string, options: Partial<PlatformOptions> = {}) {
  const time = manualClock(0)
  const living = new Map<PeerNode, Pulse>()
  let started = 0
  const start = async (): Promise<PeerNode> => {
    const line = await lineTo(url)
    const pulse = new Pulse(line)
    const clock = pulse.clockOf(time)
    const offset = ++started * 1e7 // nobody's clock says what another one's does
    const platform = await startPlatform({
      ...{host: '127.0.0.1', httpPort: 0, dc09Port: 0, dataFolder: tempFolder(), heartbeatMs: 3_600_000},
      ...{clock, monotonic: () => offset + time.now(), postgres: parsePostgresUrl(line.url), ...options},
    })
    let closed: Promise<void> | undefined
    const node: PeerNode = {
      ...{platform, line, client: new PlatformClient({url: platform.url})},
      kill() {
        living.delete(node)
        line.cut()
      },
      close() {
        living.delete(node)
        closed ??= platform.close()
        return closed
      },
    }
    onTestFinished(async () => {
      const done = node.close()
      // What waits for time to pass before it gives up is given some.
      while ((await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 20, 'later'))])) === 'later') {
        time.advance(1_000)
      }
    })
    living.set(node, pulse)
    await until(async () => pulse.hasLooked && (await node.client.status()).supervision.complete)
    return node
  }
  /** One step: every loop has run, and what it wrote is on the disk. Of a node whose line is cut only what needs none. */
  const step = async (ms = SWEEP_MS) => {
    const pulses = [...living.values()]
    const telling = pulses.filter(({line, hasTold}) => line.isWhole && hasTold)
    time.advance(ms)
    await turn()
    await until(
      () => pulses.every(({hasLooked}) => hasLooked) && telling.every(({line, hasTold}) => hasTold || !line.isWhole),
    )
  }
  /** What is asked may wait for time to pass where a line was broken. */
  const answerTo = async (isSo: () => boolean | Promise<boolean>): Promise<boolean> => {
    const asked = Promise.resolve(isSo())
    for (;;) {
      if (![...living.keys()].some(({line}) => line.wasBroken)) return asked
      const answer = await Promise.race([asked, new Promise<undefined>((resolve) => setTimeout(resolve, 50))])
      if (answer !== undefined) return answer
      await step()
    }
  }
  const passUntil = async (isSo: () => boolean | Promise<boolean>) => {
    while (!(await answerTo(isSo))) await step()
  }
  return {
    start,
    now: () => time.now(),
    async pass(ms: number) {
      for (let passed = 0; passed < ms; passed += SWEEP_MS) await step()
    },
    /** Time goes on until something is so. */
    passUntil,
    /** Time goes on until each of them knows so many devices of a place. */
    async passUntilKnown(devices: number, nodes: readonly PeerNode[], jurisdiction = '') {
      for (const {client} of nodes) {
        await passUntil(async () => {
          const place = jurisdiction === '' ? {} : {jurisdiction}
          const {alive, unheard, missing, unsupervised} = await client.supervision({...place, limit: 1})
          return alive + unheard + missing + unsupervised === devices
        })
      }
    },
  }
}

export const watchedCamera = (key: string, changes: Partial<Camera> = {}): Camera => ({
  ...{kind: 'camera', key, name: safeText(`Camera ${key}`), site: 'gate', jurisdiction: '44.4403.440305.station-1'},
  supervisionMs: 60_000,
  ...changes,
})

/** What the log says of supervision, in order: `cam-1 missing`. */
export async function supervisionLog(client: PlatformClient): Promise<readonly string[]> {
  const {epoch, head} = await client.status()
  const said: string[] = []
  for (let seq = 0; seq < head; ) {
    const reply = await fetch(`${client.url}/v1/events?after=${epoch}-${seq}`)
    const {items} = (await reply.json()) as {items: readonly LogEntry[]}
    seq = items.at(-1)?.seq ?? head
    for (const entry of items) {
      if (entry.type !== 'supervision') continue
      const {device, devices, change} = entry.news
      said.push(`${device?.key ?? `${devices} devices`} ${change}`)
    }
  }
  return said
}
