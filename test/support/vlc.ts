/** VLC as somebody else's player and server; tests that need it are skipped by name where it is not installed. */
import {chmodSync} from 'node:fs'
import {execa, execaSync} from 'execa'
import {tempFolder} from './temp-folder.ts'

/** VLC refuses to run as root: it runs as nobody then. */
const NOBODY = process.getuid?.() === 0 ? {uid: 65_534, gid: 65_534} : {}
const QUIET = ['--no-audio', '--no-lua', '--no-dbus', '--control=dummy', '--aout=adummy']

/** Undefined where VLC is not installed. `rtspClient`: false as Debian builds it, without live555. */
export const vlc = foundVlc()

function foundVlc(): {readonly version: string; readonly rtspClient: boolean} | undefined {
  const {stdout, exitCode} = execaSync('cvlc', ['--version'], {reject: false, stdin: 'ignore', ...NOBODY})
  if (exitCode !== 0) return undefined
  const modules = execaSync('cvlc', ['--list'], {reject: false, stdin: 'ignore', ...NOBODY}).stdout
  return {version: /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? '', rtspClient: /live555/i.test(modules)}
}

/** A folder that VLC may read and write, whoever it runs as. */
export function vlcFolder(): string {
  const folder = tempFolder()
  chmodSync(folder, 0o777)
  return folder
}

export function startVlc(args: readonly string[], folder: string) {
  return execa('cvlc', [...QUIET, ...args], {
    ...NOBODY,
    ...{reject: false, stdin: 'ignore', timeout: 60_000, cwd: folder},
    env: {HOME: folder, XDG_RUNTIME_DIR: folder, LC_ALL: 'C.UTF-8'},
  })
}
