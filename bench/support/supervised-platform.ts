/** The platform with an inventory of cameras that are supervised, and somebody who sends their signs of life. */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {safeText} from '../../src/lib/safe-text.ts'
import type {Camera} from '../../src/model/device.ts'
import type {LogEntry} from '../../src/model/log-entry.ts'
import {PlatformClient} from '../../src/platform/client.ts'
import {openStore} from '../../src/platform/store/sqlite/open.ts'
import {startPlatformProcess} from './platform-process.ts'

/** Districts that the cameras stand in, as many of them in each. */
const DISTRICTS = 10
const BATCH = 20_000
const INTERVAL_S = 60

export interface Supervised {
  /** From the start of the process until every device was being waited for, s. */
  readonly loadSeconds: number
  readonly mb: number
  readonly beatsPerSecond: number
  /** One district fell silent: devices, entries of the log, and when the last of them came after its devices' time, ms. */
  readonly district: Outage
  /** Then all the others. */
  readonly rest: Outage
  readonly peakMb: number
}

export interface Outage {
  readonly devices: number
  readonly entries: number
  readonly lateMs: number
}

/** `devices` cameras in a real inventory, a real process, real requests. */
export async function superviseAtScale(devices: number): Promise<Supervised> {
  const folder = mkdtempSync(join(tmpdir(), 'citywatch-bench-'))
  try {
    await fill(folder, devices)
    return await supervised(folder, devices)
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}

async function fill(folder: string, devices: number): Promise<void> {
  const store = await openStore({folder})
  for (let from = 0; from < devices; from += BATCH) {
    const batch = Array.from({length: Math.min(BATCH, devices - from)}, (_, index) => camera(from + index, devices))
    await store.putDevices({devices: batch})
  }
  await store.close()
}

async function supervised(folder: string, devices: number): Promise<Supervised> {
  const begun = performance.now()
  const platform = await startPlatformProcess(['--supervision', `camera=${INTERVAL_S}s`], folder)
  try {
    const client = new PlatformClient({url: platform.url, timeoutMs: 60_000})
    while (!(await client.status()).supervision.complete) await delay(100)
    const loadSeconds = (performance.now() - begun) / 1_000
    const beating = performance.now()
    await beat(client, 0, devices)
    const beatsPerSecond = devices / ((performance.now() - beating) / 1_000)
    const mb = platform.memoryMb().now
    const inDistrict = devices / DISTRICTS
    const lastBeat = Date.now()
    await delay((INTERVAL_S * 1_000) / 2)
    await beat(client, inDistrict, devices)
    const laterBeat = Date.now()
    const district = await outage(client, inDistrict, lastBeat, 0)
    const rest = await outage(client, devices - inDistrict, laterBeat, district.entries)
    return {loadSeconds, mb, beatsPerSecond, district, rest, peakMb: platform.memoryMb().peak}
  } finally {
    await platform.stop()
  }
}

/** Waits until so many more are missing in the log. */
async function outage(client: PlatformClient, devices: number, heardAt: number, after: number): Promise<Outage> {
  const entries: LogEntry[] = []
  const {epoch} = await client.status()
  let told = 0
  while (told < devices) {
    await delay(50)
    const reply = await fetch(`${client.url}/v1/events?after=${epoch}-${after + entries.length}`)
    const {items} = (await reply.json()) as {items: readonly LogEntry[]}
    entries.push(...items)
    for (const entry of items) if (entry.type === 'supervision') told += entry.news.devices
  }
  return {devices, entries: entries.length, lateMs: (entries.at(-1)?.at ?? 0) - heardAt - INTERVAL_S * 1_000}
}

async function beat(client: PlatformClient, from: number, to: number): Promise<void> {
  for (let next = from; next < to; next += BATCH) {
    const cameras = Array.from({length: Math.min(BATCH, to - next)}, (_, index) => keyOf(next + index))
    await client.heartbeats({cameras})
  }
}

function camera(index: number, devices: number): Camera {
  const district = `44.4403.44030${Math.floor((index * DISTRICTS) / devices)}`
  return {
    ...{kind: 'camera', key: keyOf(index), name: safeText(`Camera ${index}`), site: `site-${index % 9_999}`},
    jurisdiction: `${district}.station-${index % 200}`,
    xaddr: `http://10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}/onvif/device_service`,
  }
}

function keyOf(index: number): string {
  return `4403050000132${String(index).padStart(7, '0')}`
}
