import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {parseAuthHeader} from '../../../src/protocol/http-auth/auth-header.ts'
import {
  authorization,
  chooseChallenge,
  DIGEST_ALGORITHMS,
  type DigestChallenge,
  formatChallenge,
  offeredSchemes,
  parseAuthorization,
  parseChallenges,
  verify,
} from '../../../src/protocol/http-auth/digest.ts'

const RFC7616: DigestChallenge = {
  realm: 'http-auth@example.org',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  opaque: 'FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS',
  qop: ['auth'],
  stale: false,
}
const RFC2617: DigestChallenge = {
  realm: 'testrealm@host.com',
  nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
  qop: ['auth', 'auth-int'],
  stale: false,
}
const common = {method: 'GET', uri: '/dir/index.html', nc: 1}
const circle = {user: 'Mufasa', password: 'Circle of Life'}

// The answers that the standards print.
const ANSWERS = [
  {
    name: 'RFC 7616 §3.9.1 with MD5',
    request: {
      ...common,
      challenge: {...RFC7616, algorithm: 'MD5'},
      credential: circle,
      cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
    },
    response: '8ca523f5e9506fed4657c9700eebdbec',
  },
  {
    name: 'RFC 7616 §3.9.1 with SHA-256',
    request: {
      ...common,
      challenge: {...RFC7616, algorithm: 'SHA-256'},
      credential: circle,
      cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
    },
    response: '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
  },
  {
    name: 'RFC 2617 §3.5',
    request: {
      ...common,
      challenge: RFC2617,
      credential: {user: 'Mufasa', password: 'Circle Of Life'},
      cnonce: '0a4f113b',
    },
    response: '6629fae49393a05397450978507c4ef1',
  },
  {
    name: 'RFC 2069 (without qop)',
    request: {
      ...common,
      challenge: {...RFC2617, qop: []},
      credential: {user: 'Mufasa', password: 'CircleOfLife'},
      cnonce: 'unused',
    },
    response: '1949323746fe6a43ef61f9606e7febea',
  },
] as const

describe.each(ANSWERS)('digest: $name', ({request, response}) => {
  const header = authorization(request)
  const answer = parseAuthorization(header)

  test('is the answer that is printed there', () => expect(answer?.response).toBe(response))
  test('is verified with the password, and with no other', () => {
    const {password} = request.credential
    expect(verify(answer!, {password, method: 'GET'})).toBe(true)
    expect(verify(answer!, {password: `${password}.`, method: 'GET'})).toBe(false)
    expect(verify(answer!, {password, method: 'POST'})).toBe(false)
  })
})

// What devices send → what we make of it.
const CHALLENGES: {name: string; headers: string[]; challenges: DigestChallenge[]}[] = [
  {
    name: 'a Hikvision: two challenges, the first without algorithm, stale in capitals',
    headers: [
      'Digest realm="IP Camera(1234)", nonce="a1", stale="FALSE"',
      'Digest realm="IP Camera(1234)", nonce="a2", algorithm="SHA-256", stale="FALSE"',
    ],
    challenges: [
      {realm: 'IP Camera(1234)', nonce: 'a1', qop: [], stale: false},
      {realm: 'IP Camera(1234)', nonce: 'a2', algorithm: 'SHA-256', qop: [], stale: false},
    ],
  },
  {
    name: 'a Sony: a qop list without and with a space',
    headers: ['Digest realm="r",nonce="n",qop="auth,auth-int"', 'Digest realm="r", nonce="n", qop="auth, auth-int"'],
    challenges: [
      {realm: 'r', nonce: 'n', qop: ['auth', 'auth-int'], stale: false},
      {realm: 'r', nonce: 'n', qop: ['auth', 'auth-int'], stale: false},
    ],
  },
  {
    name: 'several schemes in one value, bare words, odd spaces and capitals',
    headers: [
      'Basic realm="a, b", DIGEST  Realm = cam , NONCE=n1,stale=TRUE ,algorithm=md5-SESS,opaque="o\\"q", Negotiate aGk=',
    ],
    challenges: [{realm: 'cam', nonce: 'n1', opaque: 'o"q', algorithm: 'MD5-sess', qop: [], stale: true}],
  },
  {
    name: 'a name twice: the first counts',
    headers: ['Digest realm="r", nonce="first", nonce="second"'],
    challenges: [{realm: 'r', nonce: 'first', qop: [], stale: false}],
  },
  {
    name: 'an algorithm that we do not know',
    headers: ['Digest realm="r", nonce="n", algorithm=SHA-512-256'],
    challenges: [],
  },
  {name: 'no nonce', headers: ['Digest realm="r"'], challenges: []},
  {name: 'Basic alone', headers: ['Basic realm="r"'], challenges: []},
]

test.each(CHALLENGES)('digest challenge: $name', ({headers, challenges}) => {
  expect(parseChallenges(headers)).toEqual(challenges)
})

test('digest: the strongest challenge is chosen, and none where only auth-int is offered', () => {
  const offer = (algorithm: DigestChallenge['algorithm'], qop: string[] = []): DigestChallenge => ({
    realm: 'r',
    nonce: algorithm ?? 'none',
    ...(algorithm ? {algorithm} : {}),
    qop,
    stale: false,
  })
  expect(chooseChallenge([offer(undefined), offer('MD5-sess'), offer('SHA-256')])?.nonce).toBe('SHA-256')
  expect(chooseChallenge([offer(undefined), offer('SHA-256', ['auth-int'])])?.nonce).toBe('none')
  expect(chooseChallenge([offer('MD5', ['auth-int'])])).toBeUndefined()
})

test('digest: offered schemes are named once each', () => {
  expect(offeredSchemes(['Basic realm="r"', 'Digest nonce="1"', 'basic realm="r"'])).toEqual(['basic', 'digest'])
})

test('digest: a user name with a line break is refused before it reaches the wire', () => {
  const request = {...common, challenge: RFC2617, credential: {user: 'a\r\nX: y', password: 'p'}, cnonce: 'c'}
  expect(() => authorization(request)).toThrow('CW_PROTOCOL_LOCAL')
})

const text = fc.string({unit: 'grapheme', maxLength: 30}).filter((value) => !/[\u0000-\u001F\u007F]/.test(value))
const challenges: fc.Arbitrary<DigestChallenge> = fc
  .record({
    realm: text,
    nonce: text,
    opaque: fc.option(text, {nil: undefined}),
    algorithm: fc.option(fc.constantFrom(...DIGEST_ALGORITHMS), {nil: undefined}),
    qop: fc.constantFrom([], ['auth'], ['auth', 'auth-int']),
    stale: fc.boolean(),
  })
  .map(({opaque, algorithm, ...rest}) => ({
    ...rest,
    ...(opaque === undefined ? {} : {opaque}),
    ...(algorithm ? {algorithm} : {}),
  }))

test('digest: a challenge read back is the challenge', () => {
  fc.assert(
    fc.property(challenges, (challenge) => {
      expect(parseChallenges([formatChallenge(challenge)])).toEqual([challenge])
    }),
  )
})

test('digest: every answer to a challenge is verified with its password and refused with another', () => {
  fc.assert(
    fc.property(challenges, text, fc.string(), fc.integer({min: 1, max: 0xffff}), (challenge, user, password, nc) => {
      const header = authorization({
        challenge,
        credential: {user, password},
        method: 'PLAY',
        uri: 'rtsp://h/',
        cnonce: 'c',
        nc,
      })
      const answer = parseAuthorization(header)
      expect(answer && verify(answer, {password, method: 'PLAY'})).toBe(true)
      expect(answer && verify(answer, {password: `${password}x`, method: 'PLAY'})).toBe(false)
    }),
  )
})

test('digest: whatever a peer writes into a header, reading it ends with a value', () => {
  const piece = fc.constantFrom('Digest ', 'nonce=', '"', '\\', ',', '=', ' ', 'qop', 'a', '\u0000', '中')
  fc.assert(
    fc.property(fc.array(piece, {maxLength: 60}), (pieces) => {
      const header = pieces.join('')
      expect(Array.isArray(parseAuthHeader([header]))).toBe(true)
      parseAuthorization(header)
      parseChallenges([header])
    }),
  )
})

test.each([
  ['realm', 'Digest realm="a\u0007", nonce="n"'],
  ['nonce', 'Digest realm="a", nonce="n\u0001"'],
  ['opaque', 'Digest realm="a", nonce="n", opaque="\u007f"'],
])('Digest: a challenge whose %s cannot be written back is none', (_field, value) => {
  expect(parseChallenges([value, 'Digest realm="b", nonce="m"'])).toMatchObject([{realm: 'b', nonce: 'm'}])
})
