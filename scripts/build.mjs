// Bundles src/ into dist/ (one entry a command, so that only the chosen one is read) and writes oclif.manifest.json.
// --if-stale: only when a source is newer than the last build.
import {existsSync, globSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {fileURLToPath} from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)
const STAMP = 'dist/main.js'

if (process.argv.includes('--if-stale') && isFresh()) process.exit(0)
await bundle()
await writeManifest()

function isFresh() {
  if (!existsSync(STAMP)) return false
  const built = statSync(STAMP).mtimeMs
  const sources = [...globSync('src/**/*.{ts,tsx,json}'), 'package.json', 'scripts/build.mjs']
  return sources.every((file) => statSync(file).mtimeMs <= built)
}

async function bundle() {
  const {rolldown} = await import('rolldown')
  rmSync('dist', {recursive: true, force: true})
  const files = ['src/main.ts', ...globSync(['src/commands/**/*.ts', 'src/hooks/*.ts', 'src/**/*.worker.ts'])]
  const input = Object.fromEntries(
    files.map((file) => [file.replaceAll('\\', '/').slice('src/'.length, -'.ts'.length), file]),
  )
  const build = await rolldown({
    input,
    platform: 'node',
    external: ['react-devtools-core'],
    transform: {define: {'process.env.NODE_ENV': '"production"'}, jsx: 'react-jsx'},
    onLog(level, log, handler) {
      if (log.code !== 'EVAL') handler(level, log)
    },
  })
  await build.write({
    dir: 'dist',
    format: 'esm',
    minify: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    sourcemap: false,
  })
}

async function writeManifest() {
  const require = createRequire(import.meta.url)
  const {Plugin} = require(require.resolve('@oclif/core').replace(/index\.js$/, 'config/plugin.js'))
  const plugin = new Plugin({
    root,
    type: 'core',
    ignoreManifest: true,
    errorOnManifestCreate: true,
    respectNoCacheDefault: true,
  })
  await plugin.load()
  const text = `${JSON.stringify(sorted(plugin.manifest), null, 2)}\n`
  if (!existsSync('oclif.manifest.json') || readFileSync('oclif.manifest.json', 'utf8') !== text)
    writeFileSync('oclif.manifest.json', text)
}

/** Stable key order for commands, so that the manifest's diff shows what changed for users and nothing else. */
function sorted(manifest) {
  return {
    ...manifest,
    commands: Object.fromEntries(Object.entries(manifest.commands).sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}
