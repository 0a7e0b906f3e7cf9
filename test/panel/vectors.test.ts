import {existsSync, readFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import {examineFrame} from '../../src/panel/examine.ts'
import {AccountKey} from '../../src/protocol/dc09/key.ts'

const file = new URL('../../../shared/reference/dc09-vectors.json', import.meta.url)

interface Vector {
  readonly id: string
  readonly frame: string
  readonly frameHex?: string
  readonly keyHex?: string
  readonly expect: {
    readonly token: string
    readonly seq: number
    readonly rcvr?: string
    readonly lpref?: string
    readonly acct?: string
    readonly data: string
    readonly xdata?: string | readonly string[]
    readonly timestamp?: string
  }
}

/** What stands in the fields of an examined frame; fields that say nothing are left out. */
function shownOf({frame, frameHex, keyHex}: Vector) {
  const bytes = frameHex ? Buffer.from(frameHex, 'hex') : Buffer.from(frame, 'latin1')
  const fields = examineFrame(bytes, keyHex === undefined ? {} : {key: new AccountKey(Buffer.from(keyHex, 'hex'))})
  const of = (name: string) =>
    fields.filter(({field, bytes: text}) => field === name && !['', 'None'].includes(text)).map(({bytes: text}) => text)
  return {
    header: [...of('token'), ...of('sequence'), ...of('receiver'), ...of('line'), ...of('account')],
    content: [...of('data').slice(0, 1), ...of('x-data'), ...of('time')],
  }
}

/** The same of what the vector says. */
function saidOf({keyHex, expect: {token, seq, rcvr, lpref, acct, data, xdata = [], timestamp}}: Vector) {
  const optional = (mark: string, text: string | undefined) => (text === undefined ? [] : [`${mark}${text}`])
  const blocks = [xdata].flat().map((block) => (block.startsWith('K') ? '[K…]' : `[${block}]`))
  const account = acct === 'A0' ? ['A0'] : optional('#', acct || undefined)
  const unopened = token.startsWith('*') && keyHex === undefined
  return {
    header: [`"${token}"`, String(seq).padStart(4, '0'), ...optional('R', rcvr), ...optional('L', lpref), ...account],
    content: unopened ? [] : [`[${data}]`, ...blocks, ...optional('_', timestamp)],
  }
}

describe.skipIf(!existsSync(file))(
  'vectors: every field is shown as it says, also when a receiver refuses the frame',
  () => {
    const all: readonly Vector[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).vectors : []
    // Its account is too short for the header to be read at all.
    const vectors = all.filter(({id}) => id !== 'neg-acct-2-chars')

    test.each(vectors.map((vector) => [vector.id, vector] as const))('%s', (_, vector) => {
      expect(shownOf(vector)).toEqual(saidOf(vector))
    })

    test('there are 46', () => {
      expect(all).toHaveLength(46)
    })
  },
)
