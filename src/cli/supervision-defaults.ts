/** The flag of `platform serve` that says how long devices may be silent. */
import * as Flags from '@oclif/core/flags'
import {parseDuration} from '../lib/duration.ts'
import {bad} from '../lib/fields.ts'
import {
  MAX_INTERVAL_MS,
  MIN_INTERVAL_MS,
  SUPERVISION_DEFAULTS,
  type SupervisionDefaults,
  WATCHED_KINDS,
} from '../model/supervision.ts'

const EXPECTED = 'panel=TIME or camera=TIME, such as panel=25h (5s to 90d), or off'

export const supervisionFlag = Flags.string({
  multiple: true,
  multipleNonGreedy: true,
  delimiter: ',',
  description:
    'silence after which devices of a kind are missing when the inventory does not say: panel=25h, camera=5m, or off (panel=25h,camera=off)',
  helpValue: 'KIND=TIME',
})

/** The defaults with what the flag says of them; the last word on a kind holds. Throws CW_BAD_VALUE. */
export function supervisionDefaults(words: readonly string[] = []): SupervisionDefaults {
  const said = words.map((word) => {
    const [, name, time = ''] = /^(\w+)=(.+)$/.exec(word.trim()) ?? []
    const kind = WATCHED_KINDS.find((one) => one === name)
    if (kind === undefined) throw bad('--supervision', word, EXPECTED)
    if (time === 'off') return [kind, null] as const
    const ms = parseDuration(time, '--supervision')
    if (ms < MIN_INTERVAL_MS || ms > MAX_INTERVAL_MS) throw bad('--supervision', word, EXPECTED)
    return [kind, ms] as const
  })
  return {...SUPERVISION_DEFAULTS, ...Object.fromEntries(said)}
}
