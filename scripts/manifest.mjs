// Writes oclif.manifest.json from the built commands. --check: says whether the committed one is true, and writes nothing.
import {readFileSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {fileURLToPath} from 'node:url'

const FILE = 'oclif.manifest.json'
const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)

const text = `${JSON.stringify(sorted(await generate()), null, 2)}\n`
if (!process.argv.includes('--check')) writeFileSync(FILE, text)
else if (text !== readFileSync(FILE, 'utf8')) {
  console.error(`${FILE} does not tell the truth about the commands: npm run build, and commit what it writes`)
  process.exitCode = 1
}

async function generate() {
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
  return plugin.manifest
}

/** Stable order of commands, so that the manifest's diff shows what changed for users and nothing else. */
function sorted(manifest) {
  const commands = Object.entries(manifest.commands).sort(([a], [b]) => (a < b ? -1 : 1))
  return {...manifest, commands: Object.fromEntries(commands)}
}
