/** Senders that know what was acknowledged to them and send again what was not, as gateways and panels do. */
import {connect} from 'node:net'
import {encodeFrame} from '../../../src/protocol/dc09/frame.ts'
import type {Served} from './platform.ts'

/** What is known of everything that was ever sent, by its own name. */
export class Ledger {
  readonly sent = new Set<string>()
  readonly acknowledged = new Set<string>()
}

/** Sends until it is stopped or the platform is gone; a send that was not answered is the next one's first. */
export interface Sender {
  run(platform: Served, stop: AbortSignal): Promise<void>
}

const EVENT_TYPE = 'com.example.fault-test'

/** Batches of `size` events over HTTP; one is sent as a single event. */
export function eventSender(name: string, size: number, ledger: Ledger): Sender {
  let number = 0
  let open: readonly string[] = []
  return {
    async run({url}, stop) {
      while (!stop.aborted) {
        if (open.length === 0) open = Array.from({length: size}, () => `${name}-${++number}`)
        if (!(await deliver(`${url}/v1/events`, open, ledger))) return
        open = []
      }
    },
  }
}

/** False when the platform went away. */
async function deliver(url: string, ids: readonly string[], ledger: Ledger): Promise<boolean> {
  for (const id of ids) ledger.sent.add(id)
  const events = ids.map((id) => ({specversion: '1.0', source: '//faults', id, type: EVENT_TYPE, data: {id}}))
  const status = await post(url, events.length === 1 ? events[0] : events)
  if (status === undefined) return false
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
export function panelSender(account: string, ledger: Ledger): Sender {
  let number = 0
  let open: string | undefined
  return {
    async run({dc09Port}, stop) {
      const socket = connect({host: '127.0.0.1', port: dc09Port, noDelay: true})
      socket.setEncoding('latin1')
      socket.on('error', () => socket.destroy())
      const answers: AsyncIterator<string> = socket.iterator({destroyOnReturn: false})
      while (!stop.aborted) {
        if (open === undefined) {
          number++
          open = `#${account}|Nri1/BA${(number % 40) + 1}/id${account}${number}`
        }
        ledger.sent.add(open)
        socket.write(frame(account, (number % 9_999) + 1, open))
        const answer = await answers.next().catch(() => undefined)
        if (answer === undefined || answer.done) return
        if (!answer.value.includes('"ACK"')) throw new Error(`a signal was answered with ${answer.value}`)
        ledger.acknowledged.add(open)
        open = undefined
      }
      socket.destroy()
    },
  }
}

function frame(account: string, seq: number, data: string): Uint8Array {
  return encodeFrame({token: 'SIA-DCS', encrypted: false, seq, line: '0', account, data, xdata: [], crcForm: 'hex'})
}
