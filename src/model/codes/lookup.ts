/** Looks codes up by code, by words of their names, by category and by Chinese terms, in both tables. */
import type {CodeMeaning} from '../signal.ts'
import {CONTACT_ID} from './contact-id.ts'
import {CONTACT_ID_ZH} from './contact-id-zh.ts'
import {meaningOf} from './meaning.ts'
import {SIA} from './sia.ts'
import {siaQualifier} from './sia-pairs.ts'
import {SIA_ZH} from './sia-zh.ts'
import {contactIdTwins, siaTwins} from './twins.ts'

export interface CodeEntry {
  readonly scheme: 'sia' | 'contact-id'
  readonly code: string
  readonly name: string
  /** Chinese name; absent where there is no settled term. */
  readonly zh?: string
  readonly category: string
  readonly priority: CodeMeaning['priority']
  readonly dispatch: CodeMeaning['dispatch']
  /** What the number beside the code identifies: zone, user, area … */
  readonly subject: string
  /** Codes of the other table that say the same; Contact ID's with their qualifier, `1130` new, `3130` restored. */
  readonly twins: readonly string[]
}

/** Chinese words people ask with → what the tables call them, where the names themselves do not hold the word. */
const TERMS: Readonly<Record<string, string>> = {
  防区: 'zone', 分区: 'area', 用户: 'user', 劫持: 'hold-up', 巡检: 'test', 设防: 'armed', 开路: 'open', 火灾: 'fire', 市电: 'mains',
} // biome-ignore format: word and word
const CONTACT_ID_FORM = /^([136ER])?(\d[0-9A-F]{2})$/

/** Each code that is named, then those that all the other words fit; with their twins, none of them twice. */
export function lookUpCodes(words: readonly string[]): CodeEntry[] {
  const wanted = words.flatMap((word) => word.trim().split(/\s+/)).filter((word) => word !== '')
  const named = wanted.flatMap((word) => codeIn(word) ?? []).map(entryOf)
  const rest = wanted.filter((word) => codeIn(word) === undefined)
  const fitting =
    rest.length === 0
      ? []
      : allCodes()
          .map(entryOf)
          .filter((entry) => rest.every((word) => fits(entry, word)))
  return [...new Map([...named, ...fitting].map((entry) => [`${entry.scheme} ${entry.code}`, entry])).values()]
}

/** The code that an inventory means by `BA`, `ba`, `130`, `1130` or `E130`; undefined for what is no code of either table, or a restore. */
export function expectedCode(text: string): string | undefined {
  const code = text.toUpperCase()
  return /^[36R]\d..$/.test(code) ? undefined : codeIn(code)?.code
}

type Code = Pick<CodeEntry, 'scheme' | 'code'>

/** `BA`, `130`, `1130`, `E130`, `R130`. A word in lower case is a word: `at`, `or`. */
function codeIn(word: string): Code | undefined {
  if (Object.hasOwn(SIA, word)) return {scheme: 'sia', code: word}
  const code = CONTACT_ID_FORM.exec(word.toUpperCase())?.[2]
  return code !== undefined && Object.hasOwn(CONTACT_ID, code) ? {scheme: 'contact-id', code} : undefined
}

function allCodes(): Code[] {
  return [
    ...Object.keys(CONTACT_ID).map((code) => ({scheme: 'contact-id', code}) as const),
    ...Object.keys(SIA).map((code) => ({scheme: 'sia', code}) as const),
  ]
}

function entryOf({scheme, code}: Code): CodeEntry {
  const isSia = scheme === 'sia'
  const {name, category, priority, dispatch} = meaningOf({scheme, code, qualifier: isSia ? siaQualifier(code) : 'new'})
  const zh = isSia ? SIA_ZH[code] : CONTACT_ID_ZH[code]
  const subject = (isSia ? SIA[code] : CONTACT_ID[code])?.[4] ?? 'zone'
  const twins = isSia ? contactIdTwins(code) : siaTwins(code)
  return {scheme, code, name, ...(zh === undefined ? {} : {zh}), category, priority, dispatch, subject, twins}
}

function fits({name, zh = '', category, dispatch, subject}: CodeEntry, word: string): boolean {
  const term = Object.hasOwn(TERMS, word) ? TERMS[word] : undefined
  if (zh.includes(word)) return true
  const text = `${name} ${category} ${dispatch} ${subject}`.toLowerCase()
  return text.includes((term ?? word).toLowerCase())
}
