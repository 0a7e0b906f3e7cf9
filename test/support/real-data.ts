/** Real city lists, where they are at hand: they are never part of the repository. */
import {existsSync} from 'node:fs'
import {fileURLToPath} from 'node:url'

/** Path of a file in the data folder beside the repository; undefined when it is not there. */
export function realData(name: string): string | undefined {
  const path = fileURLToPath(new URL(`../../../shared/data/${name}`, import.meta.url))
  return existsSync(path) ? path : undefined
}
