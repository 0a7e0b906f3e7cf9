/** Answers of a simulated camera that nobody should take in: endless, bottomless, expanding. */
import type {ServerResponse} from 'node:http'
import {drained} from '../../../net/drained.ts'
import type {SimCamera} from '../camera.ts'

const HUGE_BYTES = 200 * 1024 * 1024
const DEPTH = 20_000
const ENVELOPE = '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>'

/** The pieces of the answer, made while they are sent; undefined for a camera that answers as it should. */
export function monsterOf(camera: SimCamera): Iterable<string> | undefined {
  if (camera.has('huge-answer')) return huge()
  if (camera.has('deep-xml')) return [ENVELOPE, '<a>'.repeat(DEPTH), '</a>'.repeat(DEPTH), '</s:Body></s:Envelope>']
  return camera.has('entity-bomb') ? [bomb()] : undefined
}

/** Piece by piece, until all is sent or the client has gone. */
export async function pour(response: ServerResponse, pieces: Iterable<string>): Promise<void> {
  response.writeHead(200, {'content-type': 'application/soap+xml; charset=utf-8'})
  for (const piece of pieces) {
    if (response.destroyed) return
    response.write(piece)
    await drained(response)
  }
  response.end()
}

function* huge(): Generator<string> {
  yield ENVELOPE
  const piece = '<Padding/>'.repeat(6_500)
  for (let sent = 0; sent < HUGE_BYTES; sent += piece.length) yield piece
}

/** "Billion laughs": each entity is ten of the one before. */
function bomb(): string {
  const names = 'abcdefghij'
  const entities = [...names].map((name, index) =>
    index === 0 ? `<!ENTITY ${name} "lol">` : `<!ENTITY ${name} "${`&${names[index - 1]};`.repeat(10)}">`,
  )
  return `<?xml version="1.0"?><!DOCTYPE s [${entities.join('')}]>${ENVELOPE}&j;</s:Body></s:Envelope>`
}
