/** A platform password: asked for at the terminal without showing it, or from standard input or a file; never an argument. */
import {createInterface} from 'node:readline'
import {Writable} from 'node:stream'
import * as Flags from '@oclif/core/flags'
import {CitywatchError} from '../lib/errors.ts'
import {Secret} from '../lib/secret.ts'
import {secretFromFile} from './context.ts'

export const passwordFlags = {
  'password-file': Flags.string({
    description: 'file whose first line is the password',
    helpValue: 'FILE',
    helpGroup: 'PASSWORD',
    exclusive: ['password-stdin'],
    // Not the variable of the cameras' password: that one is nobody else's business.
    env: 'CITYWATCH_PLATFORM_PASSWORD_FILE',
  }),
  'password-stdin': Flags.boolean({
    description: 'read the password from standard input',
    helpGroup: 'PASSWORD',
    env: 'CITYWATCH_PLATFORM_PASSWORD_STDIN',
  }),
}

export interface PasswordFlags {
  readonly 'password-file'?: string | undefined
  readonly 'password-stdin'?: boolean | undefined
}

/** Longest line that is read, characters. */
const MAX_LINE = 2_048

/** `twice`: a new password is typed two times. Throws CW_USAGE without a terminal and without a flag, CW_BAD_VALUE for two that differ. */
export async function platformPassword(flags: PasswordFlags, prompt: string, twice = false): Promise<Secret> {
  if (flags['password-file'] !== undefined) return secretFromFile(flags['password-file'])
  if (flags['password-stdin']) return firstLine()
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new CitywatchError('CW_USAGE', {
      detail: 'there is no terminal to ask for the password: give --password-stdin or --password-file',
    })
  }
  const first = await hidden(`${prompt}: `)
  if (!twice || first.reveal() === (await hidden('the same again: ')).reveal()) return first
  throw new CitywatchError('CW_BAD_VALUE', {field: 'password', value: '[not shown]', expected: 'the same one twice'})
}

async function firstLine(): Promise<Secret> {
  const lines = createInterface({input: process.stdin})
  for await (const line of lines) {
    lines.close()
    return new Secret(line.slice(0, MAX_LINE))
  }
  return new Secret('')
}

/** What is typed is not shown, not even as stars. Ctrl-C ends the command as ever. */
function hidden(prompt: string): Promise<Secret> {
  process.stderr.write(prompt)
  const nowhere = new Writable({write: (_chunk, _encoding, done) => done()})
  const lines = createInterface({input: process.stdin, output: nowhere, terminal: true, historySize: 0})
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      process.stderr.write('\n')
      lines.removeAllListeners()
      lines.close()
      settle()
    }
    lines.once('line', (line) => end(() => resolve(new Secret(line.slice(0, MAX_LINE)))))
    lines.once('SIGINT', () => {
      process.exitCode = 130
      end(() => reject(new CitywatchError('CW_USAGE', {detail: 'interrupted: no password was given'})))
    })
    lines.once('close', () => resolve(new Secret('')))
  })
}
