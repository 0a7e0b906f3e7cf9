/** One platform of a hierarchy in a process of its own: node tier.ts OPTIONS (JSON). Prints its address when it serves. */
import {fileURLToPath} from 'node:url'
import type {ChildOptions} from '../../src/platform/federation/child.ts'
import {startPlatform} from '../../src/platform/server/platform.ts'
import {realClock} from './clock.ts'

export interface TierOptions {
  readonly folder: string
  readonly httpPort: number
  readonly children: readonly ChildOptions[]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const {folder, httpPort, children}: TierOptions = JSON.parse(process.argv[2] ?? '{}')
  const {url} = await startPlatform({
    ...{host: '127.0.0.1', httpPort, dc09Port: 0, dataFolder: folder, clock: realClock},
    ...{acceptUnknown: true, heartbeatMs: 200, children},
  })
  console.log(url)
}
