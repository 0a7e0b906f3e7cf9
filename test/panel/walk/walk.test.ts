/** A walk with a real record and a real receiver; the centre is played. */
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, onTestFinished, test} from 'vitest'
import {CitywatchError} from '../../../src/lib/errors.ts'
import {safeText} from '../../../src/lib/safe-text.ts'
import {parseEvent} from '../../../src/panel/event.ts'
import {frameBytes} from '../../../src/panel/message.ts'
import {RecordFile} from '../../../src/panel/record/file.ts'
import type {OnTest, OpenWindow} from '../../../src/panel/walk/on-test.ts'
import {ownReceiver} from '../../../src/panel/walk/own-receiver.ts'
import {reportOf} from '../../../src/panel/walk/report.ts'
import {isDone} from '../../../src/panel/walk/state.ts'
import {Walk, type WalkOptions, type WalkRecord} from '../../../src/panel/walk/walk.ts'
import {realClock} from '../../support/clock.ts'
import {tcpWire} from '../../support/panel-wire.ts'
import {tempFolder} from '../../support/temp-folder.ts'
import {until} from '../../support/wait.ts'
import {ACCOUNT, pointOf} from './play.ts'

const POINTS = [pointOf('1/1', 'BA'), pointOf('1/2', 'FA')]

/** Windows as a platform keeps them. */
class Centre implements OnTest {
  windows: (OpenWindow & {open: boolean})[] = []
  /** What is refused until told otherwise. */
  fails: 'start' | 'end' | undefined

  async open() {
    return this.windows.filter(({open}) => open)
  }
  async start({reason, by, forMs}: Parameters<OnTest['start']>[0]) {
    if (this.fails === 'start') throw new CitywatchError('CW_NO_PLATFORM', {url: 'http://x', detail: 'ECONNREFUSED'})
    const now = Date.now()
    const window = {
      id: `${this.windows.length + 1}`,
      from: now,
      until: now + forMs,
      reason,
      by,
      isWhole: true,
      open: true,
    }
    this.windows.push(window)
    return window
  }
  async extend(id: string, {forMs}: Parameters<OnTest['extend']>[1]) {
    const window = this.windows.find((one) => one.id === id && one.open)
    if (!window) throw new CitywatchError('CW_CONFLICT', {what: id, detail: 'it is over'})
    Object.assign(window, {until: Date.now() + forMs})
    return window
  }
  async end(id: string) {
    if (this.fails === 'end') throw new CitywatchError('CW_NO_PLATFORM', {url: 'http://x', detail: 'ECONNREFUSED'})
    const window = this.windows.find((one) => one.id === id)!
    window.open = false
    return window
  }
  get state(): string {
    return this.windows.map(({open}) => (open ? 'open' : 'ended')).join(' ')
  }
}

interface Stage {
  readonly path: string
  readonly centre?: Centre
  readonly fresh?: boolean
  readonly points?: WalkOptions['points']
  readonly disk?: {isFull: boolean}
}

/** Begins (or goes on with) a walk; listens at once. */
async function walking({path, centre, fresh = false, points = POINTS, disk}: Stage) {
  const record = onDisk(await RecordFile.open(path, {fresh, now: Date.now()}), disk)
  const source = await ownReceiver({host: '127.0.0.1', port: 0, account: ACCOUNT, clock: realClock})
  const {walk, beginning} = await Walk.begin({
    account: ACCOUNT,
    points,
    checklist: safeText('zones.csv'),
    by: safeText('anna'),
    tool: '0.1.0',
    record,
    source,
    clock: realClock,
    ...(centre ? {onTest: {service: centre, reason: safeText('service'), forMs: 60_000}} : {}),
  })
  const stop = new AbortController()
  const listening = walk.listen(stop.signal)
  listening.catch(() => undefined)
  onTestFinished(async () => {
    stop.abort()
    await walk.end('stopped').catch(() => undefined)
  })
  return {walk, beginning, stop, listening, port: Number(source.receiver.split(':').at(-1))}
}

function onDisk(record: RecordFile, disk: Stage['disk']): WalkRecord {
  const {path, lines, aside, tornBytes} = record
  const append = async (line: object) => {
    if (disk?.isFull) throw new CitywatchError('CW_DISK_FULL', {path})
    await record.append(line)
  }
  return {path, lines, aside, tornBytes, append, close: () => record.close()}
}

const frame = (text: string, seq: number) => frameBytes(parseEvent(text), {account: ACCOUNT}, seq, Date.now())

describe('walk test with a receiver of its own', () => {
  test('a signal is in the record before the panel gets its acknowledgement', async () => {
    const path = join(tempFolder(), 'walk.jsonl')
    const {walk, port} = await walking({path})
    const panel = await tcpWire(port)
    panel.send(frame('BA zone 1 partition 1', 1))
    expect(await panel.answer()).toContain('"ACK"0001')
    expect(readFileSync(path, 'utf8')).toContain('"code":"BA"')
    panel.send(frame('BA restore zone 1 partition 1', 2))
    await panel.answer()
    await until(() => reportOf(walk.state()).points[0]?.ackMs !== undefined)
    expect(reportOf(walk.state())).toMatchObject({counts: {passed: 1, notTested: 1}, latency: {ackMs: {n: 1}}})
  })

  test('a signal that the record cannot take is not acknowledged, and the walk ends with the reason', async () => {
    const path = join(tempFolder(), 'walk.jsonl')
    const disk = {isFull: false}
    const {port, listening, walk} = await walking({path, disk})
    const panel = await tcpWire(port)
    panel.send(frame('BA zone 1 partition 1', 1))
    expect(await panel.answer()).toContain('"ACK"0001')
    disk.isFull = true
    panel.send(frame('BA restore zone 1 partition 1', 2))
    await expect(listening).rejects.toMatchObject({code: 'CW_DISK_FULL'})
    expect(reportOf(walk.state()).counts.passed).toBe(0)
    await expect(walk.end('stopped')).rejects.toMatchObject({code: 'CW_DISK_FULL'})
    expect(await panel.answer()).toBeUndefined() // the connection ended without one
  })

  test('repetitions and refusals are in the record too', async () => {
    const path = join(tempFolder(), 'walk.jsonl')
    const {walk, port} = await walking({path})
    const panel = await tcpWire(port)
    const twice = frame('BA zone 1 partition 1', 1)
    panel.send(twice)
    panel.send(twice)
    expect([await panel.answer(), await panel.answer()].join()).toMatch(/"ACK"0001.*"ACK"0001/s)
    panel.send(frameBytes(parseEvent('BA zone 1 partition 1'), {account: ACCOUNT}, 2, Date.now() - 600_000))
    expect(await panel.answer()).toContain('"NAK"')
    await until(() => walk.state().listed.size === 2)
    expect(walk.state().counts).toEqual({duplicate: 1, refused: 1})
  })

  test('goes on where it was, ticks included, and is done when the last point is settled', async () => {
    const path = join(tempFolder(), 'walk.jsonl')
    const first = await walking({path})
    const panel = await tcpWire(first.port)
    panel.send(frame('BA zone 1 partition 1', 1))
    await panel.answer()
    await first.walk.end('stopped')
    const second = await walking({path})
    expect(second.beginning).toMatchObject({isResumed: true, changes: []})
    const again = await tcpWire(second.port)
    again.send(frame('BA zone 1 partition 1', 1)) // its acknowledgement was lost
    again.send(frame('BA restore zone 1 partition 1', 2))
    await again.answer()
    await again.answer()
    await second.walk.decide('skip', '1234/1/2', safeText('fire brigade not told'))
    expect(isDone(second.walk.state())).toBe(true)
    expect(reportOf(second.walk.state())).toMatchObject({
      runs: 2,
      counts: {passed: 1, skipped: 1, duplicates: 1, signals: 3},
    })
  })

  test('a checklist that has changed is named', async () => {
    const path = join(tempFolder(), 'walk.jsonl')
    await (await walking({path})).walk.end('stopped')
    const {beginning} = await walking({path, points: [pointOf('1/1', '130'), pointOf('1/3', 'FA')]})
    expect(beginning.changes).toHaveLength(3)
  })

  test('a record of another account is refused, and let go again', async () => {
    const path = join(tempFolder(), 'walk.jsonl')
    const record = await RecordFile.open(path, {fresh: false, now: 0})
    await record.append({
      type: 'run',
      test: 'walk',
      at: 1,
      account: 'ABCD',
      by: 'x',
      tool: 'y',
      receiver: 'z',
      key: null,
      guard: 'none',
    })
    await record.close()
    await expect(walking({path})).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
    await (await RecordFile.open(path, {fresh: false, now: 0})).close()
  })
})

describe('walk test: the account is on test', () => {
  const stage = () => ({path: join(tempFolder(), 'walk.jsonl'), centre: new Centre()})

  test('from the beginning to the end', async () => {
    const {path, centre} = stage()
    const {walk, beginning} = await walking({path, centre})
    expect([centre.state, beginning.onTest?.what]).toEqual(['open', 'started'])
    await walk.end('finished')
    expect(centre.state).toBe('ended')
    await walk.end('finished')
    expect(centre.windows).toHaveLength(1)
  })

  test('a window that a killed walk has left is taken over, also by a fresh one, and ended', async () => {
    for (const fresh of [false, true]) {
      const {path, centre} = stage()
      await (await walking({path, centre})).walk.end('stopped')
      // As a kill leaves it: the window open, no end in the record.
      centre.windows[0]!.open = true
      const killed = readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => !/"what":"ended"|"type":"end"/.test(line))
      const other = join(tempFolder(), 'killed.jsonl')
      const copy = await RecordFile.open(other, {fresh: false, now: 0})
      for (const line of killed) if (line !== '') await copy.append(JSON.parse(line))
      await copy.close()
      const {walk, beginning} = await walking({path: other, centre, fresh})
      expect([beginning.onTest?.what, centre.windows.length]).toEqual(['taken-over', 1])
      await walk.end('finished')
      expect(centre.state).toBe('ended')
    }
  })

  test("another's window is used, extended, and left open", async () => {
    const {path, centre} = stage()
    await centre.start({account: ACCOUNT, reason: safeText('centre'), by: safeText('bob'), forMs: 60_000})
    const {walk, beginning} = await walking({path, centre})
    await walk.extend()
    await walk.end('finished')
    expect([beginning.onTest?.what, centre.state]).toEqual(['shared', 'open'])
  })

  test('after the window is over an extension opens another', async () => {
    const {path, centre} = stage()
    const {walk} = await walking({path, centre})
    centre.windows[0]!.open = false
    await walk.extend()
    expect(centre.state).toBe('ended open')
    await walk.end('finished')
    expect(centre.state).toBe('ended ended')
  })

  test('where it cannot be put on test nothing begins', async () => {
    const {path, centre} = stage()
    centre.fails = 'start'
    await expect(walking({path, centre})).rejects.toMatchObject({code: 'CW_NO_PLATFORM'})
    await (await RecordFile.open(path, {fresh: false, now: 0})).close()
  })

  test('a window that the record cannot take is ended at once', async () => {
    const {path, centre} = stage()
    const {walk} = await walking({path, centre})
    centre.windows[0]!.open = false
    const disk = {isFull: false}
    await walk.end('stopped')
    const second = await walking({path, centre, disk})
    centre.windows[1]!.open = false
    disk.isFull = true
    await expect(second.walk.extend()).rejects.toMatchObject({code: 'CW_DISK_FULL'})
    expect(centre.state).toBe('ended ended ended')
  })

  test('where the end cannot be told the walk says so, and the record is whole', async () => {
    const {path, centre} = stage()
    const {walk} = await walking({path, centre})
    centre.fails = 'end'
    await expect(walk.end('finished')).rejects.toMatchObject({code: 'CW_NO_PLATFORM'})
    expect(readFileSync(path, 'utf8').trimEnd().split('\n').at(-1)).toContain('"type":"end"')
  })
})
