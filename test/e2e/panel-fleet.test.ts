import {once} from 'node:events'
import {readFileSync, writeFileSync} from 'node:fs'
import {type AddressInfo, createServer} from 'node:net'
import {join} from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import {citywatch, newHome, start} from '../support/cli.ts'

const home = newHome()
const file = (name: string) => join(home.folder, name)

async function receiver(...accounts: string[]): Promise<string> {
  const known = accounts.flatMap((account) => ['--account', account])
  const running = start(home, ['panel', 'listen', '--port', '0', ...known])
  onTestFinished(() => void running.stop())
  const [, port] = /:(\d+)/.exec(await running.note((line) => /:\d+/.test(line))) ?? []
  return `127.0.0.1:${port}`
}

/** Takes connections and never says a word. */
async function silence(): Promise<string> {
  const server = createServer((socket) => socket.on('error', () => {}).resume())
  onTestFinished(() => void server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('panel test over a table, Ctrl-C in between, again, and the report of the record', async () => {
  const [at, nowhere] = [await receiver('1234', '5678'), await silence()]
  const record = file('city.jsonl')
  const table = (...rows: readonly string[]) =>
    writeFileSync(file('panels.csv'), ['Account,Receiver,Name,Firmware', `1234,${at},商店,1.10`, ...rows].join('\n'))
  // So many that they are not all given up, however late the signal comes.
  table(...Array.from({length: 300}, (_, index) => `${0xa000 + index},${nowhere},,`))
  const args = ['panel', 'test', '--panels', file('panels.csv'), '--record', record]
  const running = start(home, [...args, '-o', 'jsonl'])
  await running.line((line) => line.includes('"1234"'))
  expect(await running.stop()).toMatchObject({exitCode: 130, stderr: expect.stringContaining('the run was cut short')})

  table(`5678,${at},Kiosk,`)
  const again = await citywatch(home, [...args, '--concurrency', '64', '--json'])
  expect(again.exitCode).toBe(0)
  expect(again.json<{summary: unknown}>().summary).toMatchObject({panels: 2, passed: 2, resumed: 1, left: 0})

  const html = await citywatch(home, ['panel', 'report', record, '--out', file('city.html'), '--lang', 'zh'])
  expect(html.exitCode).toBe(3)
  expect(readFileSync(file('city.html'), 'utf8')).toContain('商店')
  const one = await citywatch(home, ['panel', 'report', record, '--account', '1234', '--json'])
  expect(one.exitCode).toBe(0)
  expect(one.json<{totals: unknown}>().totals).toMatchObject({panels: {all: 1, passed: 1}})
})

test('panel test: targets that cannot be are told before anything is sent', async () => {
  const bad: readonly (readonly [string, RegExp])[] = [
    ['Name,Receiver\nx,127.0.0.1\n', /no column named account/],
    ['account,receiver\n12,127.0.0.1\n', /line 2, account/],
    ['account,name\n1234,x\n', /line 2, receiver/],
    ['account,receiver\n1234,127.0.0.1\n1234,127.0.0.1:8031\n', /line 3 cannot be 1234 again/],
    ['account,receiver,key_form\n1234,127.0.0.1,hex\n', /line 2, key_form/],
    ['account,receiver,transport\n1234,127.0.0.1,carrier\n', /line 2, transport/],
  ]
  for (const [index, [table, message]] of bad.entries()) {
    writeFileSync(file(`${index}.csv`), table)
    const {exitCode, stderr} = await citywatch(home, ['panel', 'test', '--panels', file(`${index}.csv`)])
    expect({exitCode, stderr}).toEqual({exitCode: 2, stderr: expect.stringMatching(message)})
  }
  const none = await citywatch(home, ['panel', 'test', '127.0.0.1:1', '--accounts', '-'], {input: '# nobody\n'})
  expect(none.exitCode).toBe(2)
  const dead = await citywatch(home, ['panel', 'test', '127.0.0.1:1', '--accounts', '-'], {input: '1234\n5678\n'})
  expect(dead).toMatchObject({exitCode: 5, stderr: expect.stringContaining('2 panels: 2 unreachable')})
})
