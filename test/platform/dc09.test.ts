/** Real DC-09 frames into the platform, over TCP and UDP: acknowledged only once they are on the disk. */
import {createSocket} from 'node:dgram'
import {connect} from 'node:net'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {describe, expect, onTestFinished, test} from 'vitest'
import {Secret} from '../../src/lib/secret.ts'
import {parseEvent} from '../../src/panel/event.ts'
import {type SendOptions, sendEvents} from '../../src/panel/send.ts'
import {memorySequence} from '../../src/panel/sequence.ts'
import {encodeFrame, type Frame, readFrame} from '../../src/protocol/dc09/frame.ts'
import {parseKey} from '../../src/protocol/dc09/key.ts'
import {PieceBuffer} from '../../src/protocol/dc09/pieces.ts'
import {realClock} from '../support/clock.ts'
import {collect} from '../support/collect.ts'
import {testPlatform, testPlatformWithPanel} from '../support/platform.ts'
import {panel} from '../support/signals.ts'
import {until} from '../support/wait.ts'

const message = (seq: number, changes: Partial<Frame> = {}): Frame => ({
  token: 'SIA-DCS',
  encrypted: false,
  seq,
  line: '0',
  account: '1234',
  data: '#1234|Nri1/BA3',
  xdata: [],
  crcForm: 'hex',
  ...changes,
})
const linkTest = (seq: number) => message(seq, {token: 'NULL', data: ''})

/** A panel's TCP connection: sends frames, keeps the answers as `TOKEN seq`. */
async function dial(port: number) {
  const socket = connect(port, '127.0.0.1')
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  const answers: string[] = []
  const buffer = new PieceBuffer()
  socket.on('data', (bytes: Buffer) => {
    for (const piece of buffer.push(bytes)) {
      const {frame} = readFrame(piece.bytes)
      answers.push(frame ? `${frame.token} ${frame.seq}` : 'unreadable')
    }
  })
  return {answers, send: (...frames: Frame[]) => socket.write(Buffer.concat(frames.map(encodeFrame)))}
}

describe('DC-09 into the platform', () => {
  test('over TCP: a burglary is an alarm of its panel, the restore ends it, a repeat is not a second one', async () => {
    const {platform, client} = await testPlatformWithPanel()
    const line = await dial(platform.dc09Port)
    line.send(message(1), message(1), message(2, {data: '#1234|Nri1/BR3'}))
    await until(() => line.answers.length === 3)
    expect(line.answers).toEqual(['ACK 1', 'ACK 1', 'ACK 2'])
    expect(await collect(client.alarms())).toMatchObject([
      {
        id: 1,
        account: '1234',
        device: panel.key,
        jurisdiction: panel.jurisdiction,
        code: 'BA',
        condition: 'restored',
        handling: 'new',
        count: 1,
        zone: '3',
      },
    ])
  })

  test('over UDP on the same port', async () => {
    const {platform, client} = await testPlatformWithPanel()
    const socket = createSocket('udp4')
    onTestFinished(() => void socket.close())
    const answered = new Promise<Buffer>((resolve) => socket.once('message', resolve))
    socket.send(encodeFrame(message(7)), platform.dc09Port, '127.0.0.1')
    expect(readFrame(await answered).frame).toMatchObject({token: 'ACK', seq: 7})
    expect(await collect(client.alarms())).toMatchObject([{code: 'BA', zone: '3'}])
  })

  test('a disk that does not take it: no acknowledgement, nothing kept, and the repeat is stored', async () => {
    const {platform, client, folder} = await testPlatformWithPanel()
    const line = await dial(platform.dc09Port)
    const holder = new DatabaseSync(join(folder, 'platform.db'))
    onTestFinished(() => holder.close())
    holder.exec('BEGIN IMMEDIATE')
    line.send(message(1), linkTest(2))
    await until(() => line.answers.length > 0) // answers keep the order of the messages: 1 has had its turn
    expect(line.answers).toEqual(['ACK 2'])
    expect(await client.status()).toMatchObject({head: 0, alarms: {new: 0}})
    holder.exec('ROLLBACK')
    line.send(message(1))
    await until(() => line.answers.length > 1)
    expect(line.answers).toEqual(['ACK 2', 'ACK 1'])
    expect(await collect(client.alarms())).toMatchObject([{id: 1, count: 1}])
  })

  test('a panel that repeats its message to a platform that was started anew gets its ACK, and the alarm fired once', async () => {
    const before = await testPlatformWithPanel()
    const line = await dial(before.platform.dc09Port)
    line.send(message(1))
    await until(() => line.answers.length === 1)
    await before.platform.close()
    const {platform, client} = await testPlatform({dataFolder: before.folder})
    const again = await dial(platform.dc09Port)
    again.send(message(1), message(2, {data: '#1234|Nri1/BA4'}))
    await until(() => again.answers.length === 2)
    expect(again.answers).toEqual(['ACK 1', 'ACK 2'])
    expect(await collect(client.alarms())).toMatchObject([
      {zone: '3', count: 1},
      {zone: '4', count: 1},
    ])
  })

  test('what is acknowledged is on the disk already, read by somebody else', async () => {
    const {platform, folder} = await testPlatformWithPanel()
    const disk = new DatabaseSync(join(folder, 'platform.db'), {readOnly: true})
    onTestFinished(() => disk.close())
    const line = await dial(platform.dc09Port)
    for (let seq = 1; seq <= 20; seq++) {
      line.send(message(seq, {data: `#1234|Nri1/BA${seq}`}))
      await until(() => line.answers.length === seq)
      expect(disk.prepare('SELECT count(*) AS rows FROM log').get()).toEqual({rows: seq})
    }
  })

  test('an unknown account and a broken frame: refused, and operators see both', async () => {
    const {platform, client} = await testPlatform()
    const line = await dial(platform.dc09Port)
    line.send(message(1, {account: '9999', data: '#9999|Nri1/FA1'}))
    await until(() => line.answers.length === 1)
    expect(line.answers[0]).toMatch(/^NAK/)
    const socket = connect(platform.dc09Port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.write('\n00000013"SIA-DCS"0001L0#1\r')
    await until(async () => (await platform.status()).head === 2)
    const {items} = (await (
      await fetch(`${client.url}/v1/events?after=${(await platform.status()).epoch}-0`)
    ).json()) as {
      items: object[]
    }
    expect(items).toMatchObject([
      {seq: 1, type: 'refusal', from: 'account 9999', reason: expect.stringContaining('unknown account')},
      {seq: 2, type: 'refusal', from: '127.0.0.1', reason: expect.stringMatching(/^(length|crc)/)},
    ])
  })

  test('a keyed account: encrypted over TCP and UDP, answered so; clear, wrong key and a borrowed header refused and shown', async () => {
    const key = parseKey(new Secret('00112233445566778899aabbccddeeff'), 'hex')
    const wrong = parseKey(new Secret('0123456789abcdef'), 'ascii')
    const {platform, client} = await testPlatformWithPanel({keys: new Map([['1234', key]])})
    await client.putDevices({devices: [{...panel, key: 'p2', account: 'AAAA'}]})
    const send = (zone: number, more: Partial<SendOptions> = {}, event = `BA zone ${zone}`) =>
      collect(
        sendEvents(
          [parseEvent(event)],
          {
            host: '127.0.0.1',
            port: platform.dc09Port,
            transport: 'tcp',
            account: '1234',
            sequence: memorySequence(zone),
            iKnow: false,
            waitMs: 60_000,
            attempts: 1,
            ...more,
          },
          realClock,
        ),
      )
    for (const [zone, transport] of [
      [1, 'tcp'],
      [2, 'udp'],
    ] as const)
      expect(await send(zone, {key, transport})).toMatchObject([{verdict: 'acked'}])
    expect((await send(1, {key}))[0]?.findings).toEqual([])
    expect(await send(3)).toMatchObject([{verdict: 'refused'}])
    expect(await send(4, {key: wrong})).toMatchObject([{verdict: 'refused'}])
    expect(await send(5, {account: 'AAAA'}, '#1234|Nri1/BR1')).toMatchObject([{verdict: 'refused'}])
    expect(await send(6, {account: 'AAAA'})).toMatchObject([{verdict: 'acked'}])
    expect((await collect(client.alarms())).map(({account, zone, condition}) => [account, zone, condition])).toEqual([
      ['1234', '1', 'active'],
      ['1234', '2', 'active'],
      ['AAAA', '6', 'active'],
    ])
    // Each is sent again once, with the time that the refusal tells; operators see one entry a sender.
    await until(async () => (await platform.status()).head === 5)
    expect((await platform.status()).refused).toBe(6)
    const text = await (await fetch(`${client.url}/v1/events?after=${(await platform.status()).epoch}-0`)).text()
    const {items} = JSON.parse(text) as {items: {type: string; from?: string; reason?: string}[]}
    expect(items.filter(({type}) => type === 'refusal').map(({from, reason}) => `${from} ${reason}`)).toEqual([
      'account 1234 key clear-text: expected an encrypted message: the account has a key, got clear text',
      'account AAAA key other-account: expected the key of the account in the data, got 1234 (4 frames)',
    ])
    expect(text).not.toMatch(/00112233|0123456789abcdef/i)
  })

  test('a port in use is named, and nothing is left behind', async () => {
    const {platform} = await testPlatform()
    await expect(testPlatform({dc09Port: platform.dc09Port})).rejects.toMatchObject({
      code: 'CW_PORT_IN_USE',
      params: {address: `127.0.0.1:${platform.dc09Port}`},
    })
  })
})
