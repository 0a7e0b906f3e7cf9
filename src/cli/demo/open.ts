/** The demo's world: a platform, a simulated city in its inventory, and a temporary folder that goes when it ends. */
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Clock} from '../../lib/clock.ts'
import {type Credential, randomHex, Secret} from '../../lib/secret.ts'
import {PlatformClient} from '../../platform/client.ts'
import {type Platform, startPlatform} from '../../platform/server/platform.ts'
import {typicalFaults} from '../../sim/city/faults.ts'
import {inventCameras} from '../../sim/city/invent.ts'
import {type RunningCity, startCity} from '../../sim/city/start.ts'

export interface DemoOptions {
  readonly cameras: number
  readonly panels: number
  readonly seed: number
  readonly clock: Clock
}

export interface Demo {
  readonly platform: Platform
  readonly client: PlatformClient
  readonly city: RunningCity
  readonly credential: Credential
  /** Temporary folder: the platform's data, the login ledger, the cameras' password. */
  readonly folder: string
  readonly passwordFile: string
  close(): Promise<void>
}

/** Starts everything or, when one part fails, nothing. */
export async function openDemo({cameras, panels, seed, clock}: DemoOptions): Promise<Demo> {
  const folder = await mkdtemp(join(tmpdir(), 'citywatch-demo-'))
  const parts: {close(): Promise<void>}[] = [{close: () => rm(folder, {recursive: true, force: true})}]
  const close = async () => {
    for (const part of parts.splice(0).reverse()) await part.close()
  }
  try {
    const passwordFile = join(folder, 'camera-password')
    const credential = {user: 'admin', password: new Secret(randomHex(10))}
    await writeFile(passwordFile, `${credential.password.reveal()}\n`, {mode: 0o600})
    const platform = await startPlatform({
      host: '127.0.0.1',
      httpPort: 0,
      dc09Port: 0,
      dataFolder: join(folder, 'platform'),
      clock,
    })
    parts.push(platform)
    const city = await startCity({
      seed,
      cameras: inventCameras(cameras, seed),
      panels,
      faults: typicalFaults(cameras),
      credential,
      clock,
      discovery: {multicast: false},
    })
    parts.push(city)
    const client = new PlatformClient({url: platform.url})
    await client.putDevices({devices: city.devices})
    return {platform, client, city, credential, folder, passwordFile, close}
  } catch (error) {
    await close()
    throw error
  }
}
