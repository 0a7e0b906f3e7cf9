/** Bytes that panels, broken panels and attackers send: made anew from a seed and a number, so that each can be made again. */
import {seededRandom} from '../../src/lib/random.ts'
import {cipherText} from '../../src/protocol/dc09/cipher.ts'
import {AccountKey} from '../../src/protocol/dc09/key.ts'
import {formatTimestamp} from '../../src/protocol/dc09/timestamp.ts'
import {frameOf, rawCrcFrame} from './dc09.ts'

export const NOW = Date.UTC(2026, 10, 23, 10, 20, 30)
export const KEYS: readonly AccountKey[] = [16, 24, 32].map((length) => new AccountKey(Buffer.alloc(length, 'k')))

const TOKENS = ['SIA-DCS', 'ADM-CID', 'NULL', 'ACK', 'NAK', 'DUH', 'RSP', 'HENG-BO', 'X', 'None']
const BLOCKS = [
  '', '|', '#1234|', '#1234|Nri1/BA003', '#1234|1130 01 015', '#1234|Nri1BA3', '|Nri1/RP000', 'Nri1/WA000', '#001234|NBA3',
  "#1234|Nri01^TOTAL^/LX901^centrale d'alarme^", '#1234|NRR|Atest', '#0000|0000 00 000', '#1234|Nri1/BA3*"Front door"NM',
  '#1234|Nti20:50:26RP99', '#1234|3401 01 057', '#1234|Nid7CG2', '#AB12|OBA/FA/KA1^a^^b^',
] // biome-ignore format: one family a line
const XDATA = ['Ihall', 'K0011', 'X115000', 'H10:20:30,11-23-2026', 'V', '?', `P${'p'.repeat(300)}`]
const HEADS = ['L0', 'R1L2', 'R0L0', 'L0R0', 'RC0FFDL1234', '', 'L', 'NoneL0', 'R0123456L0']
const ACCOUNTS = ['#1234', '#AB12', '#XTRM189', '#12', '', 'A0', '#0', '#0123456789ABCDEF', '#0123456789ABCDEF0']
const TIMES = [
  '',
  `_${formatTimestamp(NOW)}`,
  '_10:20:30,23-11-2026',
  '_',
  '_25:61:61,13-32-9999',
  '_10:20:30,11-23-2026\x10\x10',
]
const SPECIAL = [
  0x00, 0x0a, 0x0d, 0x10, 0x20, 0x22, 0x23, 0x2a, 0x30, 0x41, 0x4c, 0x52, 0x5b, 0x5d, 0x5e, 0x5f, 0x7c, 0x80, 0xff,
]

/** Whole numbers from 0 to below `below`. */
type Dice = (below: number) => number

/** Input `index` of the run with this seed. */
export function inputOf(seed: number, index: number): Uint8Array {
  const random = seededRandom((seed ^ Math.imul(index + 1, 0x9e3779b1)) >>> 0)
  const dice: Dice = (below) => Math.floor(random() * below)
  const parts = Array.from({length: 1 + (dice(6) === 0 ? dice(4) : 0)}, () => part(dice))
  return Buffer.concat(parts)
}

function part(dice: Dice): Uint8Array {
  const kind = dice(8)
  if (kind === 0) return noise(dice, dice(64))
  const body = Buffer.from(bodyOf(dice), 'latin1')
  if (kind === 1) return mutated(framed(body, dice), dice)
  if (kind < 5) return framed(mutated(body, dice), dice)
  return kind === 5 ? mutated(framed(mutated(body, dice), dice), dice) : framed(body, dice)
}

/** Right check sum and length around whatever the body is, so that what lies behind them is reached. */
function framed(body: Uint8Array, dice: Dice): Buffer {
  const text = Buffer.from(body).toString('latin1')
  return dice(5) === 0 ? rawCrcFrame(text) : frameOf(text)
}

function bodyOf(dice: Dice): string {
  const pick = <T>(items: readonly T[]): T | undefined => items[dice(items.length)]
  const usual = <T>(items: readonly T[], at: number): T | undefined => (dice(3) === 0 ? pick(items) : items[at])
  const seq = String(dice(10_000)).padStart(4, '0')
  const encrypted = dice(3) === 0
  const header = `"${encrypted ? '*' : ''}${pick(TOKENS)}"${dice(20) === 0 ? '00A1' : seq}${usual(HEADS, 0)}${usual(ACCOUNTS, 0)}[`
  const xdata = Array.from({length: dice(4) === 0 ? dice(4) : 0}, () => `[${pick(XDATA)}]`).join('')
  const content = `${pick(BLOCKS)}]${xdata}${usual(TIMES, 1)}`
  if (!encrypted) return `${header}${content}`
  const plain = Buffer.from(`${dice(6) === 0 ? '' : '|'}${content}`, 'latin1')
  const text = (dice(2) === 0 ? mutated(plain, dice) : plain).toString('latin1')
  const hex = cipherText(text, KEYS[dice(KEYS.length)] ?? KEYS[0]!, noise(dice, 16))
  return `${header}${dice(8) === 0 ? hex.toLowerCase() : hex}`
}

function noise(dice: Dice, length: number): Buffer {
  return Buffer.from(Array.from({length}, () => (dice(3) === 0 ? (SPECIAL[dice(SPECIAL.length)] ?? 0) : dice(256))))
}

/** One to four changes: bytes flipped, put in, taken out, doubled; the end cut off. */
function mutated(bytes: Uint8Array, dice: Dice): Buffer {
  let mutant: Buffer = Buffer.from(bytes)
  for (let left = 1 + dice(4); left > 0; left--) mutant = changed(mutant, dice)
  return mutant
}

function changed(bytes: Buffer, dice: Dice): Buffer {
  const at = dice(bytes.length + 1)
  const length = 1 + dice(8)
  const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)]
  const way = dice(6)
  if (way === 0) return Buffer.concat([head, Buffer.of((tail[0] ?? 0) ^ (1 << dice(8))), tail.subarray(1)])
  if (way === 1) return Buffer.concat([head, Buffer.of(SPECIAL[dice(SPECIAL.length)] ?? 0), tail.subarray(dice(2))])
  if (way === 2) return Buffer.concat([head, tail.subarray(length)])
  if (way === 3) return Buffer.concat([head, tail.subarray(0, length), tail])
  if (way === 4) return Buffer.concat([head, noise(dice, length), tail])
  return dice(4) === 0 ? Buffer.from(head) : Buffer.concat([tail, head])
}
