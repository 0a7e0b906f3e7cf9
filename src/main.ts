/** Starts oclif and prints what no command caught. No flush time-out: a slow reader loses nothing. */
import {run} from '@oclif/core/run'
import {failureOf} from './cli/base-command.ts'
import {languageOf} from './cli/i18n/catalogue.ts'

export default async function main(dir: string): Promise<void> {
  const argv = process.argv.slice(2)
  try {
    await run(argv, dir)
  } catch (error) {
    const failure = failureOf(error as Error, languageOf(undefined, process.env))
    process.exitCode = failure.exit
    if (argv.includes('--json')) process.stdout.write(`${JSON.stringify({error: failure}, null, 2)}\n`)
    process.stderr.write(`citywatch: ${failure.message}\n  ${failure.hint}\n`)
    if (argv.includes('--debug')) process.stderr.write(`${(error as Error).stack}\n`)
  }
}
