/** The login that cameras are asked with: from a file, standard input or the environment, never from an argument. */
import {createInterface} from 'node:readline'
import {CitywatchError} from '../lib/errors.ts'
import {type Credential, Secret} from '../lib/secret.ts'
import {secretFromFile} from './context.ts'

export interface CredentialFlags {
  readonly user?: string | undefined
  readonly 'password-file'?: string | undefined
  readonly 'password-stdin'?: boolean | undefined
}

/** The credential that the flags name; undefined when they name none. CITYWATCH_PASSWORD is the way for CI. */
export async function credentialOf(flags: CredentialFlags): Promise<Credential | undefined> {
  const password = await passwordOf(flags)
  if (password === undefined) {
    if (flags.user === undefined) return undefined
    throw new CitywatchError('CW_USAGE', {
      detail: '--user needs --password-file, --password-stdin or CITYWATCH_PASSWORD',
    })
  }
  return {user: flags.user ?? 'admin', password}
}

/** The login behind an inventory reference: `file:PATH` or `env:NAME`, holding `user:password`. Throws CW_BAD_VALUE, CW_IO. */
export async function credentialFromReference(reference: string): Promise<Credential> {
  const [scheme, ...rest] = reference.split(':')
  const name = rest.join(':')
  const secret =
    scheme === 'file' ? await secretFromFile(name) : scheme === 'env' ? new Secret(process.env[name] ?? '') : undefined
  const text = secret?.reveal() ?? ''
  const at = text.indexOf(':')
  if (at < 1) {
    throw new CitywatchError('CW_BAD_VALUE', {
      field: 'credential',
      value: `${scheme}:…`,
      expected: 'file:PATH or env:NAME that holds user:password',
    })
  }
  return {user: text.slice(0, at), password: new Secret(text.slice(at + 1))}
}

async function passwordOf(flags: CredentialFlags): Promise<Secret | undefined> {
  if (flags['password-file'] !== undefined) return secretFromFile(flags['password-file'])
  if (flags['password-stdin']) return new Secret(await firstLine(process.stdin))
  const fromEnvironment = process.env.CITYWATCH_PASSWORD
  return fromEnvironment === undefined ? undefined : new Secret(fromEnvironment)
}

async function firstLine(input: NodeJS.ReadableStream): Promise<string> {
  const lines = createInterface({input})
  for await (const line of lines) {
    lines.close()
    return line
  }
  return ''
}
