/** Reads a request's body: bounded, JSON. */
import type {IncomingMessage} from 'node:http'
import {EVENT_BATCH_MEDIA_TYPE, EVENT_MEDIA_TYPE, MAX_BODY_BYTES} from '../contract.ts'
import {mediaType} from './guard.ts'
import {refusal} from './refusal.ts'

/** Throws a Refusal: 413 over MAX_BODY_BYTES, 400 when it is not JSON in UTF-8, or not of the form that its media type names. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request.iterator({destroyOnReturn: false})) {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) throw refusal(413, 'body', `over ${MAX_BODY_BYTES} bytes`, `at most ${MAX_BODY_BYTES}`)
    chunks.push(chunk)
  }
  const value = decoded(chunks, bytes)
  requireForm(mediaType(request), Array.isArray(value))
  return value
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
