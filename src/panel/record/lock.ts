/** One process writes a record at a time; one that was killed holds nothing. */
import {readFile, rm, writeFile} from 'node:fs/promises'
import {CitywatchError} from '../../lib/errors.ts'

const TRIES = 3

/** Returns what lets go again. Throws CW_LOCKED naming the process, CW_IO. */
export async function holdRecord(record: string): Promise<() => Promise<void>> {
  const path = `${record}.lock`
  const mine = `${process.pid} ${(await beganAt(process.pid)) ?? ''}`
  for (let tries = 1; ; tries++) {
    try {
      await writeFile(path, mine, {flag: 'wx', mode: 0o600})
      return () => rm(path, {force: true})
    } catch (cause) {
      const {code = 'unusable'} = cause as NodeJS.ErrnoException
      if (code !== 'EEXIST') throw new CitywatchError('CW_IO', {path, detail: code}, {cause})
      const [pid = '', began = ''] = (await readFile(path, 'utf8').catch(() => '')).split(' ')
      if (tries >= TRIES || (await isAlive(Number(pid), began))) {
        throw new CitywatchError('CW_LOCKED', {what: record, holder: `process ${pid || '?'} (${path})`}, {cause})
      }
      await rm(path, {force: true})
    }
  }
}

/** A number may belong to another process by now: where the system tells when it began, that decides. */
async function isAlive(pid: number, began: string): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const now = await beganAt(pid)
  return now === undefined || began === '' || now === began
}

/** Clock ticks from the machine's start to the process's; undefined where the system does not tell (proc(5), stat, field 22). */
async function beganAt(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
}
