/** Flags that mean the same everywhere, and the variable that each flag has. */
import * as Flags from '@oclif/core/flags'

type FlagTable = Record<string, {env?: string}>

/** The same flags, each with its CITYWATCH_ variable: `http-port` → CITYWATCH_HTTP_PORT. */
export function withVariables<T extends FlagTable>(flags: T): T {
  for (const [name, flag] of Object.entries(flags)) flag.env ??= `CITYWATCH_${name.toUpperCase().replaceAll('-', '_')}`
  return flags
}

export const timeoutFlag = (defaultMs: number, what: string) =>
  Flags.integer({default: defaultMs, min: 1, description: `${what}, ms`, helpValue: 'MS'})

/** A port to listen on; 0 lets the system choose. */
export const portFlag = (port: number, description: string) =>
  Flags.integer({default: port, min: 0, max: 65_535, description, helpValue: 'PORT'})

export const concurrencyFlag = (defaultCount: number) =>
  Flags.integer({default: defaultCount, min: 1, max: 4096, description: 'how many at a time', helpValue: 'N'})

export const yesFlag = Flags.boolean({char: 'y', description: 'do not ask for confirmation'})

/** Which platform a command talks to. */
export const platformFlags = {
  context: Flags.string({
    description: 'platform to use, by the name given to `context add`',
    helpValue: 'NAME',
    helpGroup: 'PLATFORM',
  }),
  platform: Flags.string({description: 'platform to use, by its address', helpValue: 'URL', helpGroup: 'PLATFORM'}),
}

/** The login that cameras are asked with. The password itself is never an argument. */
export const credentialFlags = {
  user: Flags.string({description: 'camera user name', helpGroup: 'LOGIN'}),
  'password-file': Flags.string({
    description: 'file whose first line is the password',
    helpValue: 'FILE',
    helpGroup: 'LOGIN',
  }),
  'password-stdin': Flags.boolean({description: 'read the password from standard input', helpGroup: 'LOGIN'}),
}

/** The key that a panel encrypts with. The key itself is never an argument, its form never guessed. */
export const keyFlags = {
  'key-file': Flags.string({description: 'file whose first line is the key', helpValue: 'FILE', helpGroup: 'KEY'}),
  'key-form': Flags.option({
    options: ['hex', 'ascii'] as const,
    description: 'how the key is written: 32 characters are 128 bits in hex and 256 bits in ASCII',
    helpGroup: 'KEY',
  })(),
}

/** What a panel's messages look like beside their event. */
export const messageFlags = {
  'receiver-number': Flags.string({description: 'R field: 1 to 6 hex digits', helpValue: 'HEX', helpGroup: 'MESSAGE'}),
  line: Flags.string({description: 'L field: 1 to 6 hex digits (0)', helpValue: 'HEX', helpGroup: 'MESSAGE'}),
  xdata: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    description: "extended data: a letter and its text, such as 'IFront door'; repeatable",
    helpValue: 'BLOCK',
    helpGroup: 'MESSAGE',
  }),
  crc: Flags.option({
    options: ['hex', 'binary'] as const,
    default: 'hex',
    description: 'how the check sum is written',
    helpGroup: 'MESSAGE',
  })(),
}

export const FORMATS = ['table', 'wide', 'json', 'jsonl', 'csv', 'tsv', 'name'] as const
export type Format = (typeof FORMATS)[number]

/** How a list is printed, as parsed. */
export interface OutputChoice {
  readonly output?: Format | undefined
  readonly columns?: string | undefined
}

/** How a list is printed. `--json` is `-o json`. */
export const outputFlags = {
  output: Flags.option({options: FORMATS, char: 'o', description: 'how to print', helpGroup: 'OUTPUT'})(),
  columns: Flags.string({
    description: 'columns to print, in this order, separated by commas',
    helpValue: 'A,B',
    helpGroup: 'OUTPUT',
  }),
}
