/** WWW-Authenticate and Authorization headers, spoiled: challenges are answered or passed over, on both sides. */
import {RtspClientLogin} from '../../../src/camera/rtsp/login.ts'
import {Secret} from '../../../src/lib/secret.ts'
import {
  authorization,
  chooseChallenge,
  parseAuthorization,
  parseChallenges,
  verify,
} from '../../../src/protocol/http-auth/digest.ts'
import {type Dice, maybeSpoiled, pick, valueOrRefusal} from '../hostile.ts'

const CREDENTIAL = {user: 'admin', password: 'p "\\ ä'}
const REALMS = ['cam', '', 'a"b\\c', '摄像机', 'x'.repeat(300), 'a,b=c', '\u0007', '\u202e']
const NONCES = ['ab12', '', '0'.repeat(4_000), 'a"', '\\']
const ALGORITHMS = ['MD5', 'SHA-256', 'MD5-sess', 'SHA-256-sess', 'SHA-512-256', 'md5', '', 'x']
const QOPS = ['', 'auth', 'auth-int', 'auth,auth-int', 'AUTH', ', ,', 'x'.repeat(99)]
export const PIECES = [
  '"',
  '\\',
  ',',
  '=',
  ' ',
  '\t',
  'Digest ',
  'Basic realm="',
  'nonce=',
  'stale=TRUE',
  ', ',
  '\\"'.repeat(300),
  '\u0001',
  '\u007f',
  '\u0085',
  '"'.repeat(999),
]

/** One challenge as a header value, spoiled or not. */
export function challengeOf(dice: Dice): string {
  const text = `Digest realm="${pick(REALMS, dice)}", nonce="${pick(NONCES, dice)}", algorithm=${pick(ALGORITHMS, dice)}, qop="${pick(QOPS, dice)}"${dice(3) === 0 ? ', opaque="o p"' : ''}${dice(4) === 0 ? ', stale=true' : ''}`
  return maybeSpoiled(Buffer.from(dice(4) === 0 ? `Basic realm="x", ${text}` : text), dice, PIECES).toString('utf8')
}

/** What a wire lets through: a header ends at its line. */
export function onOneLine(text: string): string {
  return text.replace(/[\r\n\0]/g, ' ')
}

export function askHttpAuth(dice: Dice): string {
  const values = Array.from({length: 1 + dice(3)}, () => challengeOf(dice))
  const challenges = parseChallenges(values)
  const chosen = chooseChallenge(challenges)
  const headers = values.map((value) => ['WWW-Authenticate', onOneLine(value)] as const)
  const outcome = valueOrRefusal(() => login(headers))
  if (!chosen) return outcome === undefined ? 'not answered' : 'refused'
  const answer = authorization({
    challenge: chosen,
    credential: CREDENTIAL,
    method: 'POST',
    uri: '/x?y="',
    cnonce: 'c',
    nc: 1,
  })
  const read = parseAuthorization(answer)
  if (!read || !verify(read, {password: CREDENTIAL.password, method: 'POST'}))
    throw new Error(`an answer of ours is not read: ${answer}`)
  const spoiledAnswer = parseAuthorization(maybeSpoiled(Buffer.from(answer), dice, PIECES).toString('utf8'))
  if (spoiledAnswer) verify(spoiledAnswer, {password: CREDENTIAL.password, method: 'POST'})
  return 'answered'
}

/** The camera asks, is answered, and asks again. */
function login(headers: readonly (readonly [string, string])[]): void {
  const credential = {user: CREDENTIAL.user, password: new Secret(CREDENTIAL.password)}
  const client = new RtspClientLogin(credential, {mayLogin: () => true, loginResult: () => undefined}, 'cnonce')
  const denied = {kind: 'response', status: 401, reason: '', headers, body: Buffer.alloc(0)} as const
  for (let round = 0; round < 3; round++) {
    client.challenged(denied)
    client.headersFor('DESCRIBE', 'rtsp://10.0.0.5/x')
  }
}
