import {expect, test} from 'vitest'
import {languageOf, wordsOf} from '../../src/cli/i18n/catalogue.ts'
import {LANGUAGES} from '../../src/cli/i18n/language.ts'
import {CitywatchError, ERRORS, type ErrorCode} from '../../src/lib/errors.ts'

const CODES = Object.keys(ERRORS) as ErrorCode[]

/** An error with every parameter set to its own name in capitals. */
const example = (code: ErrorCode) => {
  const params = Object.fromEntries(ERRORS[code].params.map((name) => [name, name.toUpperCase()]))
  return new CitywatchError(...([code, params] as unknown as ConstructorParameters<typeof CitywatchError>))
}

test.each(LANGUAGES.flatMap((language) => CODES.map((code) => [language, code] as const)))(
  'words in %s: %s says on what it failed, in one line, and what to do next',
  (language, code) => {
    const {message, hint} = wordsOf(example(code), language)
    expect(message).not.toMatch(/undefined|\n|Error:|please/i)
    expect(hint).not.toBe('')
    for (const name of ERRORS[code].params.filter((param) => !['candidates', 'flag'].includes(param))) {
      expect(message).toContain(name.toUpperCase())
    }
  },
)

test.each<[string | undefined, Record<string, string>, string]>([
  [undefined, {LANG: 'zh_CN.UTF-8'}, 'zh'],
  [undefined, {LC_ALL: 'en_GB.UTF-8', LANG: 'zh_CN.UTF-8'}, 'en'],
  ['zh', {LC_ALL: 'C'}, 'zh'],
  [undefined, {CITYWATCH_LANG: 'zh', LC_ALL: 'de_DE'}, 'zh'],
  [undefined, {}, 'en'],
])('language of --lang %j and %j', (flag, env, language) => expect(languageOf(flag, env)).toBe(language))
