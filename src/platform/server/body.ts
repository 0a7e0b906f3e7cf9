/** Reads requests' bodies: bounded each, and together for one address and for all; JSON. */
import type {IncomingMessage} from 'node:http'
import {CitywatchError} from '../../lib/errors.ts'
import {addressOf, networkOf} from '../access/peer.ts'
import {EVENT_BATCH_MEDIA_TYPE, EVENT_MEDIA_TYPE, MAX_BODY_BYTES} from '../contract.ts'
import {mediaType} from './guard.ts'
import {Refusal, refusal} from './refusal.ts'

/** Bytes of bodies that are being read at a time, of one address and of all. */
const MAX_EACH_BYTES = 8 * MAX_BODY_BYTES
const MAX_ALL_BYTES = 24 * MAX_BODY_BYTES
/** When somebody who found no room may ask again, s. */
const RETRY_S = 1

export class Bodies {
  readonly #each = new Map<string, number>()
  #all = 0

  /**
   * Throws a Refusal: 413 over `maxBytes`, 429 when bodies of this address or of all take too much room already, 400 when it is
   * not JSON in UTF-8, or not of the form that its media type names.
   */
  async read(request: IncomingMessage, maxBytes: number = MAX_BODY_BYTES): Promise<unknown> {
    const network = networkOf(addressOf(request))
    const chunks: Buffer[] = []
    let bytes = 0
    try {
      for await (const chunk of request.iterator({destroyOnReturn: false})) {
        bytes += chunk.length
        this.#add(network, chunk.length)
        if (bytes > maxBytes) throw refusal(413, 'body', `over ${maxBytes} bytes`, `at most ${maxBytes}`)
        if ((this.#each.get(network) ?? 0) > MAX_EACH_BYTES || this.#all > MAX_ALL_BYTES) throw noRoom()
        chunks.push(chunk)
      }
      const value = decoded(chunks, bytes)
      requireForm(mediaType(request), Array.isArray(value))
      return value
    } finally {
      this.#add(network, -bytes)
    }
  }

  #add(network: string, bytes: number): void {
    this.#all += bytes
    const sum = (this.#each.get(network) ?? 0) + bytes
    if (sum <= 0) this.#each.delete(network)
    else this.#each.set(network, sum)
  }
}

function noRoom(): Refusal {
  return new Refusal(429, new CitywatchError('CW_TOO_MANY_REQUESTS', {target: 'platform', waitS: RETRY_S}))
}

function decoded(chunks: readonly Buffer[], bytes: number): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(Buffer.concat(chunks)))
  } catch {
    throw refusal(400, 'body', `${bytes} bytes`, 'JSON in UTF-8')
  }
}

/** An event that says it is a batch, or the other way round, is not what its sender believes. */
function requireForm(type: string, isList: boolean): void {
  if (type === EVENT_MEDIA_TYPE && isList) throw refusal(400, 'body', 'a list', 'one event')
  if (type === EVENT_BATCH_MEDIA_TYPE && !isList) throw refusal(400, 'body', 'no list', 'a list of events')
}
