/** Reads a request's body: bounded, JSON. */
import type {IncomingMessage} from 'node:http'
import {MAX_BODY_BYTES} from '../contract.ts'
import {refusal} from './refusal.ts'

/** Throws a Refusal: 413 over MAX_BODY_BYTES, 400 when it is not JSON in UTF-8. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request.iterator({destroyOnReturn: false})) {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) throw refusal(413, 'body', `over ${MAX_BODY_BYTES} bytes`, `at most ${MAX_BODY_BYTES}`)
    chunks.push(chunk)
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(Buffer.concat(chunks)))
  } catch {
    throw refusal(400, 'body', `${bytes} bytes`, 'JSON in UTF-8')
  }
}
