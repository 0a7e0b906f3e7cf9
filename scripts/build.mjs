// Bundles src/ into dist/: one entry a command, so that only the chosen one is read.
// --if-stale: only when a source is newer than the last build.
import {existsSync, globSync, rmSync, statSync} from 'node:fs'
import {fileURLToPath} from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)
const STAMP = 'dist/main.js'
/** What every command needs, in one file: each further file costs its share of the start-up. */
const CORE =
  /node_modules[\\/]@oclif|src[\\/](?:main|cli[\\/](?:base-command|flags|exit-codes|paths|interrupt|i18n[\\/](?:catalogue|en|zh|language)|render[\\/]rows)|lib[\\/](?:errors|safe-text))\.ts/

/** The first comparison by locale costs a quarter of the start-up; the ids of commands are ASCII. */
const LOCALE_ORDER = '.sort((a, b) => a.id.localeCompare(b.id))'
const PLAIN_ORDER = '.sort((a, b) => (a.id < b.id ? -1 : 1))'

if (process.argv.includes('--if-stale') && isFresh()) process.exit(0)
await bundle()

function isFresh() {
  if (!existsSync(STAMP)) return false
  const built = statSync(STAMP).mtimeMs
  const sources = [...globSync('src/**/*.{ts,tsx,json}'), 'package.json', 'docs/openapi.json', 'scripts/build.mjs']
  return sources.every((file) => statSync(file).mtimeMs <= built)
}

async function bundle() {
  const {rolldown} = await import('rolldown')
  rmSync('dist', {recursive: true, force: true})
  const files = ['src/main.ts', ...globSync(['src/commands/**/*.ts', 'src/hooks/*.ts', 'src/**/*.worker.ts'])]
  const input = Object.fromEntries(
    files.map((file) => [file.replaceAll('\\', '/').slice('src/'.length, -'.ts'.length), file]),
  )
  let patched = false
  const build = await rolldown({
    input,
    plugins: [
      {
        name: 'plain order of commands',
        transform(code, id) {
          if (!/@oclif[\\/]core[\\/]lib[\\/]config[\\/]plugin\.js$/.test(id)) return
          patched = code.includes(LOCALE_ORDER)
          return code.replace(LOCALE_ORDER, PLAIN_ORDER)
        },
      },
    ],
    platform: 'node',
    external: ['react-devtools-core', 'typescript'],
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
    codeSplitting: {groups: [{name: 'core', test: CORE}]},
  })
  if (!patched)
    throw new Error('oclif sorts its commands in another way now: look at LOCALE_ORDER in scripts/build.mjs')
}
