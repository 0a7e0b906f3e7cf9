/** Senders that know what was acknowledged to them and send again what was not, as gateways and panels do. */
import {connect} from 'node:net'
import {encodeFrame} from '../../../src/protocol/dc09/frame.ts'
import {pause} from './chance.ts'
import type {Served} from './platform.ts'

/** What is known of everything that was ever sent, by its own name. */
export class Ledger {
  readonly sent = new Set<string>()
  readonly acknowledged = new Set<string>()
}

/** Sends until it is stopped; what was not acknowledged is sent again first, by whatever process answers then. */
export interface Sender {
  run(platform: Served, stop: AbortSignal): Promise<void>
}

const EVENT_TYPE = 'com.example.fault-test'
/** How long a sender waits before it tries again what was refused or not answered, ms. */
const AGAIN_MS = 25
/** How long a panel waits for its acknowledgement, ms. */
const ANSWER_MS = 2_000

/** A dozen gateways and eight panels; others for another name. */
export function everySender(ledger: Ledger, name = 'one'): readonly Sender[] {
  const panels = Buffer.from(name).toString('hex').toUpperCase().slice(0, 6)
  return [
    ...Array.from({length: 8}, (_, index) => eventSender(`${name}-single-${index}`, 1, ledger)),
    ...Array.from({length: 4}, (_, index) => eventSender(`${name}-batch-${index}`, 50, ledger)),
    ...Array.from({length: 8}, (_, index) => panelSender(`${panels}0${index}`, ledger)),
  ]
}

/** Batches of `size` events over HTTP; one is sent as a single event. */
function eventSender(name: string, size: number, ledger: Ledger): Sender {
  let number = 0
  let open: readonly string[] = []
  return {
    async run({url}, stop) {
      while (!stop.aborted) {
        if (open.length === 0) open = Array.from({length: size}, () => `${name}-${++number}`)
        if (await deliver(`${url}/v1/events`, open, ledger)) open = []
        else await pause(AGAIN_MS)
      }
    },
  }
}

/** False when it is not known to be stored: the platform is gone, or refuses for now. */
async function deliver(url: string, ids: readonly string[], ledger: Ledger): Promise<boolean> {
  for (const id of ids) ledger.sent.add(id)
  const events = ids.map((id) => ({specversion: '1.0', source: '//faults', id, type: EVENT_TYPE, data: {id}}))
  const status = await post(url, events.length === 1 ? events[0] : events)
  if (status === undefined || status >= 500) return false
  if (status !== 202) throw new Error(`events were answered with ${status}`)
  for (const id of ids) ledger.acknowledged.add(id)
  return true
}

/** Status of the reply; undefined when the platform went away. */
async function post(url: string, body: unknown): Promise<number | undefined> {
  try {
    const reply = await fetch(url, {
      method: 'POST',
      headers: {'content-type': 'application/json'},
      body: JSON.stringify(body),
    })
    await reply.arrayBuffer()
    return reply.status
  } catch {
    return undefined
  }
}

/** A panel: one message at a time, the same one again after a lost acknowledgement. */
function panelSender(account: string, ledger: Ledger): Sender {
  let number = 0
  let open: string | undefined
  /** Messages over one connection, until one is not answered. */
  const dial = async (line: Line, stop: AbortSignal) => {
    while (!stop.aborted) {
      if (open === undefined) {
        number++
        open = `#${account}|Nri1/BA${(number % 40) + 1}/id${account}${number}`
      }
      ledger.sent.add(open)
      const answer = await line.ask(frame(account, (number % 9_999) + 1, open))
      if (answer === undefined) return
      if (!answer.includes('"ACK"')) throw new Error(`a signal was answered with ${answer}`)
      ledger.acknowledged.add(open)
      open = undefined
    }
  }
  return {
    async run({dc09Port}, stop) {
      while (!stop.aborted) {
        const line = lineTo(dc09Port)
        await dial(line, stop)
        line.close()
        if (!stop.aborted) await pause(AGAIN_MS)
      }
    },
  }
}

interface Line {
  /** The answer; undefined when none came, or the connection ended. */
  ask(bytes: Uint8Array): Promise<string | undefined>
  close(): void
}

function lineTo(port: number): Line {
  const socket = connect({host: '127.0.0.1', port, noDelay: true})
  socket.setEncoding('latin1')
  socket.on('error', () => socket.destroy())
  return {
    ask: (bytes) =>
      new Promise((resolve) => {
        const settle = (answer?: string) => {
          clearTimeout(late)
          socket.removeAllListeners('data').off('close', gone)
          resolve(answer)
        }
        const gone = () => settle()
        const late = setTimeout(gone, ANSWER_MS)
        if (socket.destroyed) return settle()
        socket.once('data', (text) => settle(String(text)))
        socket.once('close', gone)
        socket.write(bytes)
      }),
    close: () => socket.destroy(),
  }
}

function frame(account: string, seq: number, data: string): Uint8Array {
  return encodeFrame({token: 'SIA-DCS', encrypted: false, seq, line: '0', account, data, xdata: [], crcForm: 'hex'})
}
