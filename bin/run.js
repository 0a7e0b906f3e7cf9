#!/usr/bin/env node
// Starts citywatch on a Node.js that is new enough: this one, or the one that came with the package.
// Plain syntax throughout: an old Node.js must be able to read this file to its end.
import {readFileSync, writeSync} from 'node:fs'
import {createRequire} from 'node:module'
import {homedir} from 'node:os'
import {dirname, join} from 'node:path'

const OLDEST = [24, 15]
const root = new URL('../', import.meta.url)

watchOutput()
if (process.argv.length === 3 && process.argv[2] === '--version') printVersion()
else if (isNewEnough(process.versions.node)) startHere()
else startOnBundledNode()

/** `citywatch list | head -1` closes our output: that is no failure. A full disk behind it is one, in one line. */
function watchOutput() {
  for (const stream of [process.stdout, process.stderr]) {
    // Alone: oclif brings a listener that throws what it does not know.
    stream.removeAllListeners('error')
    stream.on('error', (error) => {
      if (error.code === 'EPIPE') process.exit(process.exitCode || 0)
      if (error.code === 'EIO' && stream.isTTY) return hangUp()
      try {
        writeSync(2, `citywatch: cannot write the output: ${error.code || error.message}\n`)
      } finally {
        process.exit(1)
      }
    })
  }
}

/** The terminal is gone: whoever has something to clear away is told once, as the system would. */
function hangUp() {
  if (process.listenerCount('SIGHUP') === 0) process.exit(129)
  process.emit('SIGHUP', 'SIGHUP')
}

/** Without loading anything: scripts ask for the version often. */
function printVersion() {
  const {name, version} = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
  process.stdout.write(`${name}/${version} ${process.platform}-${process.arch} node-${process.version}\n`)
}

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number)
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])
}

function startHere() {
  if (process.env.NO_COLOR && process.env.FORCE_COLOR) delete process.env.FORCE_COLOR
  import('node:module')
    .then(({enableCompileCache}) => {
      if (process.env.NODE_COMPILE_CACHE) enableCompileCache()
      else enableCompileCache(join(cacheFolder(), 'citywatch', 'compile'))
      return import('../dist/main.js')
    })
    .then(({default: main}) => {
      watchOutput()
      return main(import.meta.url)
    })
    .catch((error) => {
      process.exitCode = 1
      if (error.code === 'ERR_MODULE_NOT_FOUND' && String(error.message).includes('dist')) {
        process.stderr.write('citywatch is not built yet. Run: npm run build\n')
      } else throw error
    })
}

function cacheFolder() {
  if (process.platform === 'win32') return process.env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches')
  return process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
}

function startOnBundledNode() {
  const node = process.env.CITYWATCH_REEXEC ? undefined : bundledNode()
  if (!node) {
    process.stderr.write(
      `citywatch needs Node.js ${OLDEST.join('.')} or newer; this is ${process.version} (${process.execPath}). ` +
        'Install Node.js 26 LTS, or run npm ci in the citywatch folder: it brings its own.\n',
    )
    process.exitCode = 69
    return
  }
  Promise.all([import('node:child_process'), import('node:os')]).then(([{spawn}, {constants}]) => {
    const child = spawn(node, [...process.execArgv, ...process.argv.slice(1)], {
      stdio: 'inherit',
      env: {...process.env, CITYWATCH_REEXEC: '1'},
    })
    // The terminal sends Ctrl-C to the child as well; the others reach only us.
    process.on('SIGINT', () => {})
    for (const name of ['SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name))
    child.on('error', (error) => {
      process.stderr.write(`citywatch: cannot start the bundled Node.js: ${error.message}\n`)
      process.exitCode = 69
    })
    child.on('exit', (code, signal) => {
      process.exitCode = signal ? 128 + (constants.signals[signal] || 0) : code
    })
  })
}

/** Path of the Node.js that npm installed for this platform, or undefined. */
function bundledNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const prefix = platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'
  try {
    const manifest = createRequire(import.meta.url).resolve(`${prefix}-${platform}-${process.arch}/package.json`)
    return join(dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin.node)
  } catch {
    return undefined
  }
}
