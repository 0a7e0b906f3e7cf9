/** Finds the file of a worker thread, whether citywatch runs from its sources or from the bundle. */
import {existsSync} from 'node:fs'
import {CitywatchError} from '../lib/errors.ts'

const MAX_LEVELS = 12

/**
 * The module `name` (its path below `src/` without extension) as a URL: looked for in each folder above `from`, with the
 * extension that `from` has. Sources: src/net/worker-url.ts finds src/NAME.ts. Bundle: this code sits in dist/chunks/ or in
 * a command's own file, and the worker is dist/NAME.js.
 */
export function workerUrl(name: string, from: string = import.meta.url): URL {
  const extension = new URL(from).pathname.endsWith('.ts') ? '.ts' : '.js'
  let folder = new URL('.', from)
  for (let level = 0; level < MAX_LEVELS; level++) {
    const candidate = new URL(`${name}${extension}`, folder)
    if (existsSync(candidate)) return candidate
    folder = new URL('..', folder)
  }
  throw new CitywatchError('CW_INTERNAL', {detail: `no worker ${name}${extension} above ${new URL(from).pathname}`})
}
