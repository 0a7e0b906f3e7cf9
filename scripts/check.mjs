// The whole truth about a commit: build, format and lint, types, dead code, manifest drift, docs drift, tests with the import walls.
import {spawnSync} from 'node:child_process'

const STEPS = [
  ['build', 'node', ['scripts/build.mjs']],
  ['format and lint', 'biome', ['check', '--error-on-warnings', '.']],
  ['types', 'tsc', ['-p', '.']],
  ['dead code', 'knip', ['--no-progress']],
  ['docs drift', 'node', ['scripts/docs.mjs', '--check']],
  ['manifest drift', 'node', ['scripts/manifest.mjs', '--check']],
  ['tests and walls', 'vitest', ['run']],
].filter(([name]) => !(process.argv.includes('--skip-tests') && name === 'tests and walls'))

const failed = []
for (const [name, command, args] of STEPS) {
  const started = Date.now()
  console.log(`\n== ${name}: ${command} ${args.join(' ')}`)
  const {status} = spawnSync(command, args, {stdio: 'inherit', shell: process.platform === 'win32'})
  console.log(`== ${name}: ${status === 0 ? 'ok' : 'FAILED'} in ${((Date.now() - started) / 1000).toFixed(1)} s`)
  if (status !== 0) failed.push(name)
}
console.log(failed.length === 0 ? '\ncheck: everything is green' : `\ncheck: FAILED: ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1
