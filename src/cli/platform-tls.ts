/** The flags of a platform's certificate. */
import * as Flags from '@oclif/core/flags'
import {CitywatchError} from '../lib/errors.ts'
import type {TlsChoice} from '../platform/server/tls.ts'

export const tlsFlags = {
  'tls-cert': Flags.string({
    description: "PEM file: the certificate, then its authorities'",
    helpValue: 'FILE',
    helpGroup: 'TLS',
  }),
  'tls-key': Flags.string({
    description: 'PEM file: the private key of --tls-cert, without a passphrase',
    helpValue: 'FILE',
    helpGroup: 'TLS',
  }),
  'tls-self-signed': Flags.boolean({
    description: 'make a certificate once, keep it in the data folder and print its fingerprint for context add',
    helpGroup: 'TLS',
  }),
}

interface TlsFlags {
  readonly 'tls-cert'?: string | undefined
  readonly 'tls-key'?: string | undefined
  readonly 'tls-self-signed': boolean
}

/** Nothing for HTTP in clear. Throws CW_USAGE for one file without the other, and for both kinds at once. */
export function tlsChoice(flags: TlsFlags): {readonly tls?: TlsChoice} {
  const {'tls-cert': certFile, 'tls-key': keyFile, 'tls-self-signed': isSelfSigned} = flags
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new CitywatchError('CW_USAGE', {detail: '--tls-cert and --tls-key go together'})
  }
  if (certFile === undefined || keyFile === undefined) return isSelfSigned ? {tls: {type: 'self-signed'}} : {}
  if (isSelfSigned) throw new CitywatchError('CW_USAGE', {detail: '--tls-self-signed makes its own --tls-cert'})
  return {tls: {type: 'files', certFile, keyFile}}
}
