// The whole truth about a commit: build; then format and lint, types, dead code, docs drift and manifest drift side by side; then tests with the import walls.
import {spawn} from 'node:child_process'

const STAGES = [
  [['build', 'node', ['scripts/build.mjs']]],
  [
    ['types', 'tsc', ['-p', '.', '--incremental', '--tsBuildInfoFile', 'node_modules/.cache/tsc.tsbuildinfo']],
    ['format and lint', 'biome', ['check', '--error-on-warnings', '.']],
    ['dead code', 'knip', ['--no-progress']],
    ['docs drift', 'node', ['scripts/docs.mjs', '--check']],
    ['manifest drift', 'node', ['scripts/manifest.mjs', '--check']],
  ],
  [['tests and walls', 'vitest', ['run', '--project', 'unit', '--project', 'e2e']]],
]

const failed = []
for (const stage of STAGES) {
  const steps = stage.filter(([name]) => !(process.argv.includes('--skip-tests') && name === 'tests and walls'))
  await Promise.all(steps.map((step) => run(step, steps.length === 1)))
}
console.log(failed.length === 0 ? '\ncheck: everything is green' : `\ncheck: FAILED: ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1

/** Steps side by side speak when they are done, one alone as it goes. */
async function run([name, command, args], alone) {
  const started = Date.now()
  const head = `\n== ${name}: ${command} ${args.join(' ')}`
  if (alone) console.log(head)
  const child = spawn(command, args, {
    stdio: alone ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  })
  const said = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => said.push(chunk))
  const status = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', resolve)
  })
  if (status !== 0) failed.push(name)
  if (!alone) console.log(`${head}\n${Buffer.concat(said)}`.trimEnd())
  const verdict = status === 0 ? 'ok' : `FAILED (${status})`
  console.log(`== ${name}: ${verdict} in ${((Date.now() - started) / 1000).toFixed(1)} s`)
}
