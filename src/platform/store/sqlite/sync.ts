/** Makes sure that a file, or the names in a folder, are on the disk. */
import {closeSync, fsyncSync, openSync} from 'node:fs'

export function syncFile(path: string): void {
  synced(path, 'r+')
}

/** Windows has no such thing: a rename is on the disk there when it returns. */
export function syncFolder(path: string): void {
  if (process.platform !== 'win32') synced(path, 'r')
}

function synced(path: string, flags: 'r' | 'r+'): void {
  const descriptor = openSync(path, flags)
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
