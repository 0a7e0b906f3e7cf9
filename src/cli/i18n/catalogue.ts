/** Which words a code becomes. Every language has every code; the compiler sees to it. */
import type {CitywatchError, ErrorParams} from '../../lib/errors.ts'
import {en} from './en.ts'
import type {Catalogue, Language} from './language.ts'
import {zh} from './zh.ts'

const CATALOGUES: Readonly<Record<Language, Catalogue>> = {en, zh}

/** The sentence and the next step for an expected failure. */
export function wordsOf(error: CitywatchError, language: Language): {message: string; hint: string} {
  const [message, hint] = CATALOGUES[language].errors[error.code]
  return {message: (message as (params: ErrorParams) => string)(error.params), hint}
}

/** The language that was asked for: --lang, CITYWATCH_LANG, LC_ALL, LC_MESSAGES, LANG, in that order; English otherwise. */
export function languageOf(flag: string | undefined, env: Readonly<Record<string, string | undefined>>): Language {
  const wanted = [flag, env.CITYWATCH_LANG, env.LC_ALL, env.LC_MESSAGES, env.LANG].find((value) => value)
  return wanted?.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}
