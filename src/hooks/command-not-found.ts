/** An unknown command: the nearest known one, exit status 2, also readable by programs. */
import type {Hook} from '@oclif/core/hooks'
import {CitywatchError} from '../lib/errors.ts'
import {nearest} from '../lib/nearest.ts'
import {safeText} from '../lib/safe-text.ts'

const hook: Hook.CommandNotFound = async ({config, id}) => {
  const words = safeText(id.replaceAll(':', ' '), 80)
  const known = config.commands.filter(({hidden}) => !hidden).map((command) => command.id.replaceAll(':', ' '))
  const guess = nearest(words, known)
  throw new CitywatchError('CW_USAGE', {detail: `no command ${words}${guess ? `; did you mean: ${guess}` : ''}`})
}

export default hook
