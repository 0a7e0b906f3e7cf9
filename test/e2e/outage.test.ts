import {expect, test} from 'vitest'
import {citywatch, newHome, type Running, start} from '../support/cli.ts'

const home = newHome()
const data = `${home.folder}/data`

/** A platform on the ports given; 0 lets the system choose. */
async function serve(port: number, dc09Port: number): Promise<{platform: Running; url: string; dc09Port: number}> {
  const args = ['--port', `${port}`, '--dc09-port', `${dc09Port}`, '--data', data, '--accept-unknown', '--json']
  const platform = start(home, ['platform', 'serve', ...args])
  const ready = JSON.parse(await platform.line((line) => line.includes('dc09Port')))
  return {platform, url: ready.url, dc09Port: ready.dc09Port}
}

test('a monitor outlives a platform that is killed and comes back: every signal once, in order, none missing', async () => {
  const first = await serve(0, 0)
  const {epoch} = (await citywatch(home, ['platform', 'status', '--platform', first.url, '--json'])).json<{
    epoch: string
  }>()
  const watcher = start(home, ['alarm', 'watch', '--jsonl', '--since', `${epoch}-0`, '--platform', first.url])
  const send = (zone: number) =>
    citywatch(home, ['panel', 'send', `127.0.0.1:${first.dc09Port}`, '--account', 'A1B2', `BA zone ${zone}`])
  const seen = (zone: number) => watcher.line((line) => JSON.parse(line).signal?.zone === `${zone}`)
  expect((await send(1)).exitCode).toBe(0)
  await seen(1)

  await first.platform.stop('SIGKILL')
  expect((await send(2)).exitCode).toBe(5)
  const second = await serve(Number(new URL(first.url).port), first.dc09Port)
  for (const zone of [3, 4, 5]) expect((await send(zone)).exitCode).toBe(0)
  await seen(5)

  const entries = watcher.lines.map((line) => JSON.parse(line)).filter(({type}) => type === 'signal')
  expect(entries.map(({signal}) => signal.zone)).toEqual(['1', '3', '4', '5'])
  // Entry 4 proposes to tell 110 of zones 3 and 4.
  expect(entries.map(({seq}) => seq)).toEqual([1, 2, 3, 5])
  const {alarms} = (await citywatch(home, ['alarm', 'list', '--platform', first.url, '--json'])).json<{
    alarms: unknown[]
  }>()
  expect(alarms).toHaveLength(4)
  await watcher.stop()
  await second.platform.stop()
})

test('two platforms cannot have the same data folder, and the second says who has it', async () => {
  const {platform} = await serve(0, 0)
  const second = await citywatch(home, ['platform', 'serve', '--port', '0', '--dc09-port', '0', '--data', data])
  expect(second.exitCode).toBe(6)
  expect(second.stderr).toContain(`${platform.pid}`)
  await platform.stop()
})
