/** The languages that citywatch speaks, and what each must have words for. */
import type {ErrorCode, ParamsOf} from '../../lib/errors.ts'

export type Language = 'en' | 'zh'
export const LANGUAGES: readonly Language[] = ['en', 'zh']

export interface Catalogue {
  /** Message and hint of each code. */
  readonly errors: {readonly [C in ErrorCode]: readonly [(params: ParamsOf<C>) => string, string]}
}
