/** The login that simulated cameras ask for: the one given, or a new random one in a file that only its owner can read. */
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {type Credential, randomHex, Secret} from '../lib/secret.ts'
import {type CredentialFlags, credentialOf} from './credentials.ts'

export interface SimCredential {
  readonly credential: Credential
  /** Where a generated password was written; absent when one was given. */
  readonly passwordFile?: string
  /** Takes the generated file away again. */
  remove(): Promise<void>
}

export async function simCredential(flags: CredentialFlags): Promise<SimCredential> {
  const given = flags.user === undefined || hasPassword(flags) ? await credentialOf(flags) : undefined
  if (given) return {credential: given, remove: async () => {}}
  const password = randomHex(10)
  const folder = await mkdtemp(join(tmpdir(), 'citywatch-sim-'))
  const passwordFile = join(folder, 'password')
  await writeFile(passwordFile, `${password}\n`, {mode: 0o600})
  return {
    credential: {user: flags.user ?? 'admin', password: new Secret(password)},
    passwordFile,
    remove: () => rm(folder, {recursive: true, force: true}),
  }
}

function hasPassword(flags: CredentialFlags): boolean {
  return (
    flags['password-file'] !== undefined ||
    flags['password-stdin'] === true ||
    process.env.CITYWATCH_PASSWORD !== undefined
  )
}
