import {existsSync, readdirSync} from 'node:fs'
import {execa, execaSync} from 'execa'
import {expect, test} from 'vitest'
import type {ChainSummary} from '../../src/cli/demo/chain.ts'
import {FAULTS} from '../../src/sim/faults.ts'
import {citywatch, newHome, start} from '../support/cli.ts'
import {until} from '../support/wait.ts'

const home = newHome()
const leftovers = () => readdirSync(home.temporary).filter((name) => name.startsWith('citywatch-demo-'))

test('demo --headless: the whole chain adds up, and nothing is left behind', async () => {
  const {exitCode, json, stderr} = await citywatch(home, ['demo', '--headless', '--json'])
  const summary = json<ChainSummary>()
  expect({exitCode, problems: summary.problems}, stderr).toEqual({exitCode: 0, problems: []})
  expect(summary.probes.cameras).toBe(200)
  expect(summary.probes.named).toBe(summary.probes.planted)
  expect(summary.probes.planted).toBeGreaterThanOrEqual(Object.keys(FAULTS).length)
  const {sent, acked, shown, alarms, acknowledged} = summary.signals
  expect({acked, shown, acknowledged}).toEqual({acked: sent, shown: sent, acknowledged: alarms})
  expect(sent).toBe(240)
  expect(leftovers()).toEqual([])
})

test.skipIf(process.platform === 'win32')(
  'demo --headless stopped in the middle: exit 143, the process gone, folder gone',
  async () => {
    const demo = start(home, ['demo', '--headless', '--cameras', '60'])
    await demo.note((line) => line.startsWith('inventory'))
    const stopped = await demo.stop('SIGTERM')
    expect(stopped.exitCode).toBe(143)
    expect(leftovers()).toEqual([])
    expect(existsSync('/proc') ? existsSync(`/proc/${demo.pid}`) : false).toBe(false)
  },
)

const hasTmux = execaSync('tmux', ['-V'], {reject: false}).exitCode === 0

test.skipIf(!hasTmux)('demo in a terminal that is closed: nothing is left behind (tmux)', async (context) => {
  const tmux = (...args: string[]) => execa('tmux', ['-L', `citywatch-${process.pid}`, ...args])
  context.onTestFinished(async () => void (await tmux('kill-server').catch(() => {})))
  const run = `${process.execPath} bin/run.js demo --cameras 20`
  await tmux('new-session', '-d', '-s', 'demo', '-x', '100', '-y', '30', `env TMPDIR=${home.temporary} ${run}`)
  const {stdout: pid} = await tmux('list-panes', '-t', 'demo', '-F', '#{pane_pid}')
  await until(async () => (await tmux('capture-pane', '-p', '-t', 'demo')).stdout.includes('un-acked'))
  expect(leftovers()).toHaveLength(1)
  await tmux('kill-session', '-t', 'demo')
  await until(() => !existsSync(`/proc/${pid}`))
  expect(leftovers()).toEqual([])
})
