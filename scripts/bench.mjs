// Runs benches by name, or all of them: npm run bench -- startup city. Each prints ratios measured in its own run.
import {spawnSync} from 'node:child_process'
import {globSync} from 'node:fs'
import {basename} from 'node:path'
import {fileURLToPath} from 'node:url'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const all = globSync('bench/*.ts')
  .map((file) => basename(file, '.ts'))
  .sort()
const wanted = process.argv.slice(2)
for (const name of wanted.length === 0 ? all : wanted) {
  const {status} = spawnSync(process.execPath, [`bench/${name}.ts`], {stdio: 'inherit'})
  if (status !== 0) process.exitCode = 1
}
