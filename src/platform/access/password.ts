/** Passwords: kept as scrypt hashes with their parameters, compared in constant time, never more than a few at work. */
import {randomBytes, type ScryptOptions, scrypt, timingSafeEqual} from 'node:crypto'
import {promisify} from 'node:util'
import {CitywatchError} from '../../lib/errors.ts'
import type {Secret} from '../../lib/secret.ts'

/** scrypt's cost: memory 128·2^ln·r bytes (32 MiB), `p` times over (OWASP Password Storage). */
interface Cost {
  readonly ln: number
  readonly r: number
  readonly p: number
}

export const COST: Cost = {ln: 15, r: 8, p: 3}
const SALT_BYTES = 16
const HASH_BYTES = 32
const MAX_BYTES = 1_024
const MIN_CHARS = 12
/** `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`: the PHC string format, base64 without padding. */
const FORM = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{16,88})\$([A-Za-z0-9+/]{16,88})$/
/** Parameters beyond these are not computed, whoever wrote them: 256 MiB at most. */
const MAX_LN = 18
const MAX_R = 8
const MAX_P = 16

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt)

/** Throws CW_BAD_VALUE for a password that is no good; it never shows it. */
export function requireGoodPassword(password: Secret, user: string): void {
  const text = normal(password)
  const refuse = (expected: string) =>
    new CitywatchError('CW_BAD_VALUE', {field: 'password', value: '[not shown]', expected})
  if (/[\u0000-\u001f\u007f]/.test(text)) throw refuse('no control characters')
  if (Array.from(text).length < MIN_CHARS) throw refuse(`at least ${MIN_CHARS} characters`)
  if (Buffer.byteLength(text) > MAX_BYTES) throw refuse(`at most ${MAX_BYTES} bytes`)
  if (text.toLowerCase().includes(user.toLowerCase()) && user.length >= 4)
    throw refuse('not the name of the user in it')
  if (new Set(text).size < 5) throw refuse('at least five different characters')
}

/** Hashes are made at most so many at a time, the others wait; beyond that nobody waits, so that a flood cannot pile up. */
export interface HasherOptions {
  readonly atOnce?: number
  readonly waiting?: number
  readonly cost?: Cost
}

/** The queue is full. */
export class HasherBusy extends Error {}

export class Hasher {
  readonly #atOnce: number
  readonly #maxWaiting: number
  readonly #cost: Cost
  #working = 0
  readonly #waiting: (() => void)[] = []
  /** What a password of a user who is not there is compared with: it takes as long as any other. */
  readonly #nobody: string

  constructor({atOnce = 2, waiting = 32, cost = COST}: HasherOptions = {}) {
    this.#atOnce = atOnce
    this.#maxWaiting = waiting
    this.#cost = cost
    this.#nobody = written(cost, randomBytes(SALT_BYTES), randomBytes(HASH_BYTES))
  }

  /** The text to keep. Rejects with HasherBusy. */
  hash(password: Secret): Promise<string> {
    return this.#inTurn(async () => {
      const salt = randomBytes(SALT_BYTES)
      return written(this.#cost, salt, await derived(password, salt, this.#cost, HASH_BYTES))
    })
  }

  /** False also for `undefined`, which stands for a user who is not there, after the same work. Rejects with HasherBusy. */
  async verify(password: Secret, kept: string | undefined): Promise<boolean> {
    const isRight = await this.#inTurn(() => matches(password, kept ?? this.#nobody))
    return isRight && kept !== undefined
  }

  /** Whether a hash was made with other parameters than those of today. */
  isOutdated(kept: string): boolean {
    const {ln, r, p} = this.#cost
    return !kept.startsWith(`$scrypt$ln=${ln},r=${r},p=${p}$`)
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#working >= this.#atOnce) {
      if (this.#waiting.length >= this.#maxWaiting) throw new HasherBusy()
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else this.#working++
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#working--
    }
  }
}

async function matches(password: Secret, kept: string): Promise<boolean> {
  const [, ln, r, p, salt = '', hash = ''] = FORM.exec(kept) ?? []
  const cost = {ln: Number(ln), r: Number(r), p: Number(p)}
  if (!isPayable(cost)) return false
  const right = Buffer.from(hash, 'base64')
  const given = await derived(password, Buffer.from(salt, 'base64'), cost, right.length)
  return timingSafeEqual(given, right)
}

function isPayable({ln, r, p}: Cost): boolean {
  return ln >= 1 && ln <= MAX_LN && r >= 1 && r <= MAX_R && p >= 1 && p <= MAX_P
}

function derived(password: Secret, salt: Buffer, {ln, r, p}: Cost, bytes: number): Promise<Buffer> {
  const N = 2 ** ln
  return derive(normal(password), salt, bytes, {N, r, p, maxmem: 256 * N * r + 512 * 1024})
}

function written({ln, r, p}: Cost, salt: Buffer, hash: Buffer): string {
  const text = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')
  return `$scrypt$ln=${ln},r=${r},p=${p}$${text(salt)}$${text(hash)}`
}

/** One spelling of what looks the same on two keyboards (NFKC); bounded. */
function normal(password: Secret): string {
  return password
    .reveal()
    .slice(0, 2 * MAX_BYTES)
    .normalize('NFKC')
}
