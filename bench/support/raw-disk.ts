/** What the disk itself takes: plain appends, each followed by fdatasync. The yardstick for everything that is durable. */
import {closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {performance} from 'node:perf_hooks'

/** Appends and syncs a second, of `bytes` each, over `forMs`. */
export function rawSyncsPerSecond(bytes = 512, forMs = 500): number {
  const folder = mkdtempSync(join(tmpdir(), 'citywatch-disk-'))
  const file = openSync(join(folder, 'log'), 'w')
  const block = Buffer.alloc(bytes, 0x51)
  const started = performance.now()
  let count = 0
  while (performance.now() - started < forMs) {
    writeSync(file, block)
    fdatasyncSync(file)
    count++
  }
  const rate = (count * 1000) / (performance.now() - started)
  closeSync(file)
  rmSync(folder, {recursive: true, force: true})
  return rate
}
