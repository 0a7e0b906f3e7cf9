import {once} from 'node:events'
import {createServer, type Socket} from 'node:net'
import {expect, onTestFinished, test} from 'vitest'
import {CitywatchError} from '../../src/lib/errors.ts'
import type {Signal} from '../../src/model/signal.ts'
import type {AuditEntry} from '../../src/panel/audit/entry.ts'
import {parseEvent} from '../../src/panel/event.ts'
import {serveReceiver} from '../../src/panel/receiver.ts'
import {parseAccount, parseReceiver} from '../../src/panel/receiver-address.ts'
import {type SendOptions, sendEvents} from '../../src/panel/send.ts'
import {memorySequence} from '../../src/panel/sequence.ts'
import {type Frame, readFrame} from '../../src/protocol/dc09/frame.ts'
import {manualClock, patientClock, realClock} from '../support/clock.ts'
import {collect} from '../support/collect.ts'
import {frameOf, stamp} from '../support/dc09.ts'
import {windowOf} from '../support/on-test.ts'

const options: Omit<SendOptions, 'port'> = {
  host: '127.0.0.1',
  transport: 'tcp',
  account: 'ab12',
  sequence: memorySequence(41),
  iKnow: false,
  waitMs: 60_000,
}
const events = ['BA zone 3', 'heartbeat', '130 zone 4'].map(parseEvent)

test.each(['tcp', 'udp'] as const)(
  'send: events go out over %s one after the other and are acknowledged',
  async (transport) => {
    const signals: Signal[] = []
    const receiver = await serveReceiver({
      host: '127.0.0.1',
      port: 0,
      clock: realClock,
      accept: async (signal) => {
        signals.push(signal)
        return 'stored'
      },
    })
    onTestFinished(() => receiver.close())
    const sending = {...options, transport, port: receiver.port, sequence: memorySequence(9_999)}
    const deliveries = await collect(sendEvents(events, sending, realClock))
    expect(deliveries.map(({event, seq, verdict, attempts}) => [event, seq, verdict, attempts])).toEqual([
      ['BA zone 3', 9_999, 'acked', 1],
      ['heartbeat', 0, 'acked', 1],
      ['130 zone 4', 1, 'acked', 1],
    ])
    expect(signals.map(({account, code, zone}) => [account, code, zone])).toEqual([
      ['AB12', 'BA', '3'],
      ['AB12', '130', '4'],
    ])
  },
)

/** A receiver that does as it is told with what each connection sends. */
async function serverThat(serve: (socket: Socket, text: string) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (bytes) => serve(socket, bytes.toString('latin1')))
  })
  server.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

const seqOf = (text: string) => /"(\d{4})/.exec(text)?.[1]

test('send: a receiver whose clock is two hours ahead is understood once, and for the events that follow', async () => {
  const times: string[] = []
  const ahead = 7_200_000
  const port = await serverThat((socket, text) => {
    const time = /_(.{19})\r$/.exec(text)?.[1] ?? ''
    times.push(time)
    const good =
      Math.abs(Date.parse(`${time.slice(15)}-${time.slice(9, 14)}T${time.slice(0, 8)}Z`) - Date.now() - ahead) < 60_000
    socket.write(frameOf(good ? `"ACK"${seqOf(text)}L0#AB12[]` : `"NAK"0000R0L0A0[]_${stamp(Date.now() + ahead)}`))
  })
  const deliveries = await collect(sendEvents([events[0]!, events[2]!], {...options, port}, realClock))
  expect(deliveries.map(({verdict, attempts}) => [verdict, attempts])).toEqual([
    ['acked', 2],
    ['acked', 1],
  ])
  expect(deliveries[0]?.clockOffsetMs).toBeGreaterThan(ahead - 10_000)
  expect(times).toHaveLength(3)
})

test('send: a connection that is cut is dialled again with the same number; cut again, it is "closed"', async () => {
  const seqs: (string | undefined)[] = []
  const port = await serverThat((socket, text) => {
    seqs.push(seqOf(text))
    if (seqs.length === 2) socket.write(frameOf(`"ACK"${seqOf(text)}L0#AB12[]`))
    else socket.destroy()
  })
  const sending = {...options, port, sequence: memorySequence(7)}
  const first = await collect(sendEvents(events.slice(0, 1), sending, realClock))
  expect(first).toMatchObject([{verdict: 'acked', attempts: 2, seq: 7}])
  const second = await collect(sendEvents(events.slice(0, 1), sending, realClock))
  expect(second).toMatchObject([{verdict: 'closed', attempts: 2, seq: 8}])
  expect(seqs).toEqual(['0007', '0007', '0008', '0008'])
})

test('send: a receiver that says nothing is asked as often as told, then it is no reply', async () => {
  const seen: string[] = []
  const port = await serverThat((_, text) => seen.push(text))
  const sending = {...options, port, waitMs: 20, attempts: 3}
  const [delivery] = await collect(sendEvents(events.slice(0, 1), sending, realClock))
  expect(delivery).toMatchObject({verdict: 'no-reply', attempts: 3})
  expect(seen.join('').match(/"SIA-DCS"/g)).toHaveLength(3)
})

test.each(['tcp', 'udp'] as const)(
  'send: over %s, nobody there is said, and the other events are still tried',
  async (transport) => {
    const receiver = await serveReceiver({host: '127.0.0.1', port: 0, clock: realClock, accept: async () => 'stored'})
    await receiver.close()
    const deliveries = await collect(sendEvents(events, {...options, transport, port: receiver.port}, realClock))
    expect(deliveries.map(({verdict, detail}) => [verdict, detail])).toEqual(
      events.map(() => ['unreachable', 'ECONNREFUSED']),
    )
  },
)

test('send: told to stop while a receiver is silent, it stops at once', async () => {
  const stop = new AbortController()
  const port = await serverThat(() => stop.abort())
  const sending = {...options, port, waitMs: 60_000, signal: stop.signal}
  const deliveries = await collect(sendEvents(events, sending, realClock))
  expect(deliveries).toMatchObject([{verdict: 'closed', attempts: 1}])
})

test('send: a NAK without a time is final, and said; one with a time is answered once, also over a new connection', async () => {
  const untimed = await serverThat((socket) => socket.write(frameOf('"NAK"0000R0L0A0[]')))
  const [first] = await collect(sendEvents(events.slice(0, 1), {...options, port: untimed}, realClock))
  expect(first).toMatchObject({verdict: 'refused', attempts: 1, findings: ['nak-without-time']})
  const stubborn = await serverThat((socket) => {
    socket.end(frameOf(`"NAK"0000R0L0A0[]_${stamp(Date.now() + 7_200_000)}`))
  })
  const [second] = await collect(sendEvents(events.slice(0, 1), {...options, port: stubborn}, realClock))
  expect(second).toMatchObject({verdict: 'refused', attempts: 3, findings: ['nak-although-clock-set']})
})

test('send: what a receiver answers beside ACK is said, and a key in an RSP is not shown', async () => {
  const answers = [
    '"RSP"0041L0#AB12[#AB12|hello]',
    '"DUH"0042L0#AB12[]',
    '"RSP"0043L0#AB12[K00112233445566778899AABBCCDDEEFF]',
  ]
  const port = await serverThat((socket) => socket.write(frameOf(answers.shift() ?? '')))
  const sending = {...options, port, sequence: memorySequence(41)}
  const burglaries = [events[0]!, events[0]!, events[0]!]
  expect(
    (await collect(sendEvents(burglaries, sending, realClock))).map(({verdict, findings, data}) => ({
      verdict,
      findings,
      data,
    })),
  ).toEqual([
    {verdict: 'acked', findings: [], data: '#AB12|hello'},
    {verdict: 'unsupported', findings: ['not-supported'], data: undefined},
    {verdict: 'acked', findings: [], data: '(33 characters that may be a key, not shown)'},
  ])
})

test('send: receiver number, line, extended data and a binary check sum are in every message', async () => {
  const frames: (Frame | null)[] = []
  const port = await serverThat((socket, text) => {
    frames.push(readFrame(Buffer.from(text, 'latin1')).frame)
    socket.write(frameOf(`"ACK"${seqOf(text)}R1AL2B#AB12[]`))
  })
  const form = {receiverNumber: '1A', line: '2B', xdata: ['IFront door', 'J1'], crcForm: 'binary'} as const
  await collect(sendEvents(events.slice(0, 2), {...options, ...form, port}, realClock))
  const common = {receiver: '1A', line: '2B', xdata: ['IFront door', 'J1'], crcForm: 'binary'}
  expect(frames).toMatchObject([
    {...common, token: 'SIA-DCS'},
    {...common, token: 'NULL', data: ''},
  ])
})

test.each(['tcp', 'udp'] as const)(
  'send: over %s, what the main receiver does not answer goes to the backup with the same number',
  async (transport) => {
    const heard: string[] = []
    const accept = async ({zone}: Signal, {seq}: Frame) => {
      heard.push(`${seq} zone ${zone}`)
      return 'stored' as const
    }
    const gone = await serveReceiver({host: '127.0.0.1', port: 0, clock: realClock, accept})
    await gone.close()
    const backup = await serveReceiver({host: '127.0.0.1', port: 0, clock: realClock, accept})
    onTestFinished(() => backup.close())
    const sending = {
      ...options,
      transport,
      port: gone.port,
      backup: {host: '127.0.0.1', port: backup.port},
      sequence: memorySequence(7),
    }
    const deliveries = await collect(sendEvents([events[0]!, events[2]!], sending, realClock))
    expect(heard).toEqual(['7 zone 3', '8 zone 4'])
    expect(deliveries[0]).toMatchObject({
      verdict: 'acked',
      path: 'backup',
      receiver: `127.0.0.1:${backup.port}`,
      findings: ['main-path-failed'],
      paths: [
        {path: 'main', receiver: `127.0.0.1:${gone.port}`, verdict: 'unreachable', detail: 'ECONNREFUSED'},
        {path: 'backup', verdict: 'acked', attempts: 1},
      ],
    })
  },
)

test('send: a silent main receiver is asked with all attempts, then once an event until it answers again; a refusal is an answer', async () => {
  const seen: string[] = []
  const main = await serverThat((socket, text) => {
    for (const [one] of text.matchAll(/\n[^\r]*\r/g)) {
      const seq = seqOf(one) ?? ''
      seen.push(seq)
      if (seq === '0003') socket.write(frameOf(`"ACK"${seq}L0#AB12[]`))
      if (seq === '0004') socket.write(frameOf('"NAK"0000R0L0A0[]'))
    }
  })
  const backup = await serverThat((socket, text) => socket.write(frameOf(`"ACK"${seqOf(text)}L0#AB12[]`)))
  const sending = {
    ...options,
    port: main,
    backup: {host: '127.0.0.1', port: backup},
    sequence: memorySequence(1),
    attempts: 2,
    waitMs: 300,
  }
  const four = [1, 2, 3, 4].map((zone) => parseEvent(`BA zone ${zone}`))
  const deliveries = await collect(sendEvents(four, sending, patientClock()))
  expect(deliveries.map(({path, verdict}) => `${path} ${verdict}`)).toEqual([
    'backup acked',
    'backup acked',
    'main acked',
    'main refused',
  ])
  expect(seen).toEqual(['0001', '0001', '0002', '0003', '0004'])
})

test('send: neither path answers: the main one is told of, with both', async () => {
  const receiver = await serveReceiver({host: '127.0.0.1', port: 0, clock: realClock, accept: async () => 'stored'})
  await receiver.close()
  const silent = await serverThat(() => {})
  const sending = {...options, port: silent, backup: {host: '127.0.0.1', port: receiver.port}, waitMs: 20}
  const [delivery] = await collect(sendEvents(events.slice(0, 1), sending, realClock))
  expect(delivery).toMatchObject({verdict: 'no-reply', path: 'main', findings: []})
  expect(delivery?.paths?.map(({verdict}) => verdict)).toEqual(['no-reply', 'unreachable'])
})

test('send: the backup receiver is guarded as the main one is', async () => {
  const elsewhere = {...options, port: 9, backup: {host: '192.0.2.1', port: 9}}
  await expect(collect(sendEvents([parseEvent('BA')], elsewhere, realClock))).rejects.toThrow('CW_DISPATCH_GUARD')
})

test('send: what may send out the police is refused before anything is sent', async () => {
  const elsewhere = {...options, host: '192.0.2.1', port: 9}
  const sending = sendEvents([parseEvent('RP'), parseEvent('BA')], elsewhere, realClock)
  await expect(collect(sending)).rejects.toThrow('CW_DISPATCH_GUARD')
})

test('receiver address: host, host:port, [IPv6]:port', () => {
  expect(['10.0.0.1', 'arc.example:12300', '[::1]:9', '[fe80::1]'].map(parseReceiver)).toEqual([
    {host: '10.0.0.1', port: 8031},
    {host: 'arc.example', port: 12300},
    {host: '::1', port: 9},
    {host: 'fe80::1', port: 8031},
  ])
  for (const text of ['', 'a b', '10.0.0.1:0', '10.0.0.1:65536', '::1', 'user@host', '-x']) {
    expect(() => parseReceiver(text)).toThrow('CW_BAD_ADDRESS')
  }
  expect(parseAccount('ab12')).toBe('AB12')
  for (const text of ['12', '../..', 'XYZ1', '0'.repeat(17)]) expect(() => parseAccount(text)).toThrow('CW_BAD_VALUE')
})

test('send: a test that ends on the way stops what is left, and every step is noted first', async () => {
  const noted: AuditEntry[] = []
  const heard: string[] = []
  const clock = manualClock(Date.now())
  const window = windowOf({id: 12, account: 'AB12', endsAt: clock.now() + 60_000})
  const receiver = await serveReceiver({
    host: '127.0.0.1',
    port: 0,
    clock,
    accept: async ({code, zone}) => {
      heard.push(`${code} ${zone} after ${noted.length} notes`)
      if (zone === '2') clock.advance(60_000)
      return 'stored'
    },
  })
  onTestFinished(() => receiver.close())
  const sending: SendOptions = {
    ...options,
    host: '0.0.0.0', // this machine under a name that the guard takes for another
    port: receiver.port,
    sequence: memorySequence(1),
    waitMs: 600_000,
    cover: {onTest: async () => ({windows: [window], now: clock.now()})},
    audit: {note: async (entry) => void noted.push(entry)},
  }
  const texts = ['BA zone 1', 'BA zone 2', 'BA zone 3', 'RP']
  const deliveries = await collect(sendEvents(texts.map(parseEvent), sending, clock))
  expect(deliveries.map(({event, verdict, attempts}) => [event, verdict, attempts])).toEqual([
    ['BA zone 1', 'acked', 1],
    ['BA zone 2', 'acked', 1],
    ['BA zone 3', 'withheld', 0],
    ['RP', 'withheld', 0],
  ])
  expect(heard).toEqual(['BA 1 after 1 notes', 'BA 2 after 2 notes'])
  const where = {account: 'AB12', receiver: `0.0.0.0:${receiver.port}`}
  expect(noted).toEqual([
    {...where, what: 'send', event: 'BA zone 1', seq: 1, window: 12},
    {...where, what: 'send', event: 'BA zone 2', seq: 2, window: 12},
    {...where, what: 'refusal', event: 'BA zone 3', detail: 'the test is over'},
  ])
})

test('send: what cannot be noted is not sent', async () => {
  let heard = 0
  const receiver = await serveReceiver({
    host: '127.0.0.1',
    port: 0,
    clock: realClock,
    accept: async () => {
      heard += 1
      return 'stored'
    },
  })
  onTestFinished(() => receiver.close())
  const full = new CitywatchError('CW_DISK_FULL', {path: 'audit.jsonl'})
  const sending = {...options, port: receiver.port, audit: {note: () => Promise.reject(full)}}
  await expect(collect(sendEvents(events, sending, realClock))).rejects.toBe(full)
  expect(heard).toBe(0)
})
