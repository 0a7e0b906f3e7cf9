/** A platform on real ports and a real folder for one test, with a client for it. */
import {onTestFinished} from 'vitest'
import {POLICY_WITHOUT_HANDOFF} from '../../src/alarm/policy.ts'
import {PlatformClient} from '../../src/platform/client.ts'
import {type Platform, type PlatformOptions, startPlatform} from '../../src/platform/server/platform.ts'
import {realClock} from './clock.ts'
import {panel} from './signals.ts'
import {tempFolder} from './temp-folder.ts'

export async function testPlatform(
  options: Partial<PlatformOptions> = {},
): Promise<{platform: Platform; client: PlatformClient; folder: string}> {
  const folder = options.dataFolder ?? tempFolder()
  const platform = await startPlatform({
    host: '127.0.0.1',
    httpPort: 0,
    dc09Port: 0,
    dataFolder: folder,
    clock: realClock,
    heartbeatMs: 200,
    // Neighbouring zones are only neighbours where a test is about that.
    policy: POLICY_WITHOUT_HANDOFF,
    ...options,
  })
  onTestFinished(() => platform.close())
  const client = new PlatformClient({url: platform.url, ...(options.token ? {token: options.token} : {})})
  return {platform, client, folder}
}

/** The same with one panel, account 1234, in the inventory. */
export async function testPlatformWithPanel(options: Partial<PlatformOptions> = {}) {
  const running = await testPlatform(options)
  await running.client.putDevices({devices: [panel]})
  return running
}
