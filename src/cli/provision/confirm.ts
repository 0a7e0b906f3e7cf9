/** Asks before something is changed: at a terminal only; a script says --yes. */
import {createInterface} from 'node:readline/promises'
import {CitywatchError} from '../../lib/errors.ts'

/** Returns once a person has said yes. Throws CW_CONFIRM when nobody is there to ask, or the answer is another. */
export async function confirmed(action: string): Promise<void> {
  const refused = () => new CitywatchError('CW_CONFIRM', {action, flag: '--yes'})
  if (!process.stdin.isTTY || !process.stderr.isTTY) throw refused()
  const lines = createInterface({input: process.stdin, output: process.stderr})
  try {
    const answer = await lines.question(`${action}? [y/N] `)
    if (!/^y(?:es)?$/i.test(answer.trim())) throw refused()
  } finally {
    lines.close()
  }
}
