/** A disk that is really full (a small one of its own): refused and told, read on, sealed no worse, and back without a restart. */
import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync} from 'node:fs'
import {connect} from 'node:net'
import {dirname, join} from 'node:path'
import {createInterface} from 'node:readline'
import {expect, onTestFinished, test} from 'vitest'
import type {EventPage, Status} from '../../src/platform/contract.ts'
import {newHome} from '../support/cli.ts'
import {frameOf} from '../support/dc09.ts'
import {until} from '../support/wait.ts'

const home = newHome()
/** Room for some segments of a hundred entries and what sealing leaves free. */
const DISK = '150m'
const canMount =
  process.platform === 'linux' && spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0

/** The real binary with its data on a disk that only it sees; `inside` is the way there from here. */
async function serveOnSmallDisk(...more: readonly string[]) {
  const data = join(home.folder, `disk-${more.length}`)
  mkdirSync(data)
  const serve = ['platform', 'serve', '--port', '0', '--dc09-port', '0', '--accept-unknown', '--json']
  const script = `mount -t tmpfs -o size=${DISK} tmpfs "$0" && exec "$@"`
  const command = [process.execPath, 'bin/run.js', ...serve, '--data', data, '--segment-entries', '100', ...more]
  const child = spawn('unshare', ['-rm', 'sh', '-c', script, data, ...command], {
    cwd: new URL('../../', import.meta.url),
    env: {...process.env, ...home.env},
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await gone
  })
  const [line] = await once(createInterface({input: child.stdout}), 'line')
  const {url, dc09Port} = JSON.parse(String(line)) as {url: string; dc09Port: number}
  return {url, dc09Port, inside: join(`/proc/${child.pid}/root`, data)}
}

/** A panel that sends one message at a time and tells the token that it was answered with. */
async function panelOn(port: number) {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  let heard = ''
  socket.on('data', (bytes: Buffer) => {
    heard += bytes.toString('latin1')
  })
  let seq = 0
  const send = () => {
    heard = ''
    seq = (seq % 9_999) + 1
    const number = String(seq).padStart(4, '0')
    socket.write(frameOf(`"SIA-DCS"${number}L0#1234[#1234|Nri1/BA${(seq % 90) + 1}^${'x'.repeat(900)}^]`))
  }
  return {
    send,
    heard: () => heard,
    async token(): Promise<string> {
      send()
      await until(() => heard.includes('\r'))
      return /"([A-Z]+)"/.exec(heard)?.[1] ?? heard
    },
  }
}

const statusOf = async (url: string) => (await (await fetch(`${url}/v1/status`)).json()) as Status

/** Every entry from the first to the last, page by page, and how many of them are signals: the others tell what was refused. */
async function entries(url: string): Promise<{seqs: number[]; signals: number}> {
  const {epoch, head} = await statusOf(url)
  const seqs: number[] = []
  let signals = 0
  while (seqs.length < head) {
    const reply = await fetch(`${url}/v1/events?after=${epoch}-${seqs.length}&limit=300`)
    const page = (await reply.json()) as EventPage
    seqs.push(...page.items.map(({seq}) => seq))
    signals += page.items.filter(({type}) => type === 'signal').length
    expect(page.items.length).toBeGreaterThan(0)
  }
  return {seqs, signals}
}

/** Takes what is left of the disk but so many MB. */
function fillUp(path: string, leftMb = 0): void {
  for (let bytes = 1024 * 1024; bytes >= 512; ) {
    try {
      if (leftMb > 0 && freeMb(dirname(path)) <= leftMb) return
      writeFileSync(path, Buffer.alloc(bytes), {flag: 'a'})
    } catch {
      bytes /= 2
    }
  }
}

function freeMb(folder: string): number {
  const {bsize, bavail} = statfsSync(folder)
  return (bsize * bavail) / 1024 / 1024
}

test.skipIf(!canMount)(
  'a full disk: NAK and 507, everything is read on, nothing gets worse, and it goes on when there is room',
  async () => {
    const {url, dc09Port, inside} = await serveOnSmallDisk()
    const panel = await panelOn(dc09Port)
    let acknowledged = 0
    for (; acknowledged < 250; acknowledged++) expect(await panel.token()).toBe('ACK')
    await until(async () => (await statusOf(url)).log?.segments === 2)

    fillUp(join(inside, 'filler'))
    let answer = await panel.token()
    while (answer === 'ACK') {
      acknowledged++
      answer = await panel.token()
    }
    expect(answer).toBe('NAK')
    const event = {
      specversion: '1.0',
      source: '//full',
      id: '1',
      type: 'com.example.full',
      data: Array(7).fill('x'.repeat(8_000)),
    }
    const body = JSON.stringify(event)
    const headers = {'content-type': 'application/json'}
    const answers = async () => {
      const posted = (await fetch(`${url}/v1/events`, {method: 'POST', headers, body})).status
      const ready = await fetch(`${url}/readyz`)
      return {posted, ready: ready.status, said: await ready.json()}
    }
    // Folding the write-ahead log beside the writer makes room in it: that is taken too.
    let told = await answers()
    await until(async () => {
      fillUp(join(inside, 'filler'))
      told = await answers()
      return told.posted === 507 && told.ready === 503
    })
    expect(told).toMatchObject({posted: 507, ready: 503, said: {store: 'CW_DISK_FULL', receiver: 'ok'}})
    expect((await fetch(`${url}/healthz`)).status).toBe(200)

    const {seqs, signals} = await entries(url)
    expect(seqs).toEqual(seqs.map((_, index) => index + 1))
    expect(signals).toBe(acknowledged)
    const stream = await fetch(`${url}/v1/stream?after=${(await statusOf(url)).epoch}-0`)
    let streamed = ''
    for await (const chunk of stream.body ?? []) {
      streamed += Buffer.from(chunk).toString()
      if (streamed.includes(`-${seqs.length}\n`)) break
    }
    expect((await (await fetch(`${url}/v1/alarms`)).json()).items.length).toBeGreaterThan(80)
    expect(readdirSync(join(inside, 'segments')).filter((name) => name.endsWith('.part'))).toEqual([])

    rmSync(join(inside, 'filler'))
    await until(async () => (await panel.token()) === 'ACK')
    for (let more = 0; more < 300; more++) expect(await panel.token()).toBe('ACK')
    const after = await entries(url)
    expect(after.seqs).toEqual(after.seqs.map((_, index) => index + 1))
    expect(after.signals).toBe(acknowledged + 301)
    await until(async () => ((await statusOf(url)).log?.segments ?? 0) >= 5)
    expect((await statusOf(url)).log?.trouble).toBeUndefined()
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
  },
)

test.skipIf(!canMount)(
  'a full disk: with --on-disk-full silence the panel hears nothing until there is room',
  async () => {
    const {url, dc09Port, inside} = await serveOnSmallDisk('--on-disk-full', 'silence')
    const panel = await panelOn(dc09Port)
    expect(await panel.token()).toBe('ACK')
    fillUp(join(inside, 'filler'))
    await until(async () => {
      panel.send()
      return (await fetch(`${url}/readyz`)).status === 503
    })
    panel.send()
    await until(async () => (await fetch(`${url}/readyz`)).status === 503)
    expect(panel.heard()).not.toContain('NAK')
    rmSync(join(inside, 'filler'))
    await until(async () => {
      panel.send()
      await fetch(`${url}/readyz`)
      return panel.heard().includes('"ACK"')
    })
  },
)
