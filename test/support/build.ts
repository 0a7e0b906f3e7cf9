/** Before the end-to-end tests: the bundle is as new as the sources. */
import {execFileSync} from 'node:child_process'
import {fileURLToPath} from 'node:url'

export function setup(): void {
  execFileSync(process.execPath, [fileURLToPath(new URL('../../scripts/build.mjs', import.meta.url)), '--if-stale'], {
    stdio: 'inherit',
  })
}
