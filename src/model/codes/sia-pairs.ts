/** Which SIA code ends which: BR and BH end BA, BJ ends BT, BU ends BB, and the ones that follow no rule. */
import type {Signal} from '../signal.ts'
import {SIA} from './sia.ts'

/** Restores whose alarm cannot be told from their letters. RR and XC end what no code starts. */
const ENDS: Readonly<Record<string, string>> = {
  AN: 'AS', AR: 'AT', BE: 'BD', DH: 'DL', DR: 'DF', EJ: 'ES', EN: 'EM', ER: 'ET', FK: 'FI', FQ: 'FW', FV: 'FS',
  IR: 'IA', JC: 'JA', LE: 'LF', LR: 'LT', LX: 'LB', NR: 'NT', NS: 'NA', OV: 'OU', PO: 'PF', RO: 'RC', RR: 'RR', TE: 'TS',
  TH: 'ES', TJ: 'ES', TZ: 'TW', VI: 'VO', VR: 'VT', VY: 'VZ', XH: 'XQ', XJ: 'XS', XR: 'XT', XC: 'XC', YE: 'YD', YH: 'YA',
  YJ: 'YI', YK: 'YC', YQ: 'YP', YR: 'YT', YZ: 'YX',
} // biome-ignore format: pairs read best side by side

/** Second letter of a restore → second letter of what it ends. */
const RULE: Readonly<Record<string, string>> = {R: 'A', H: 'A', J: 'T', U: 'B'}

/** The code that starts the condition: `BA` for BA, BR and BH. An opening and its closing are one: `OP` for OP and CL. */
export function conditionOf(code: string): string {
  const state = stateOf(code)
  if (state === 'restore') return ENDS[code] ?? byRule(code) ?? code
  if (state !== 'close') return code
  if (!code.startsWith('C')) return code
  const opening = code === 'CL' ? 'OP' : `O${code.slice(1)}`
  return stateOf(opening) === 'open' ? opening : code
}

/** Whether a code starts a condition or ends it. Openings start one and closings end it, as in Contact ID; unknown codes start one. */
export function siaQualifier(code: string): Signal['qualifier'] {
  const state = stateOf(code)
  return state === 'restore' || state === 'close' ? 'restore' : 'new'
}

/** The code that ends what `code` starts; undefined where the table has none. */
export function siaRestoreOf(code: string): string | undefined {
  return Object.keys(SIA).find(
    (other) => other !== code && siaQualifier(other) === 'restore' && conditionOf(other) === code,
  )
}

function byRule(code: string): string | undefined {
  const start = `${code[0]}${RULE[code[1] ?? ''] ?? ''}`
  return stateOf(start) === 'new' ? start : undefined
}

function stateOf(code: string) {
  return Object.hasOwn(SIA, code) ? SIA[code]?.[5] : undefined
}
