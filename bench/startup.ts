/** Start-up of the real binary against a bare Node.js of the same version, pair by pair in one run: npm run bench -- startup */
import {spawnSync} from 'node:child_process'
import {fileURLToPath} from 'node:url'
import {median, print} from './support/report.ts'

const RUNS = 21
const root = fileURLToPath(new URL('..', import.meta.url))
const home = fileURLToPath(new URL('../node_modules/.cache/citywatch-bench/', import.meta.url))

/** Command, limit as a multiple of `node -e 0`. */
const CASES: readonly (readonly [readonly string[], number])[] = [
  [['--version'], 1.5],
  [['--help'], 3],
  [['help', 'exit-codes'], 3],
  [['camera', 'probe', '--help'], 3],
  [['context', 'list'], 3],
  [['sim', 'city', '--list-faults'], 3],
]

function time(args: readonly string[]): number {
  const started = process.hrtime.bigint()
  spawnSync(process.execPath, args, {
    cwd: root,
    stdio: 'ignore',
    env: {...process.env, CITYWATCH_CONFIG_DIR: home, CITYWATCH_STATE_DIR: home, NODE_COMPILE_CACHE: `${home}compile`},
  })
  return Number(process.hrtime.bigint() - started) / 1e6
}

const rows = CASES.map(([args, limit]) => {
  time(['bin/run.js', ...args])
  const pairs = Array.from({length: RUNS}, () => ({bare: time(['-e', '0']), ours: time(['bin/run.js', ...args])}))
  const ratio = median(pairs.map(({bare, ours}) => ours / bare))
  return {
    what: `citywatch ${args.join(' ')}`,
    measured: `${median(pairs.map(({ours}) => ours)).toFixed(0)} ms against ${median(pairs.map(({bare}) => bare)).toFixed(0)} ms`,
    ratio: `${ratio.toFixed(2)} ×`,
    limit: `≤ ${limit} ×`,
    holds: ratio <= limit,
  }
})
print('start-up, warm, against node -e 0', rows)
