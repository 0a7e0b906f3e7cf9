/**
 * What the commands share that do something to alarms: ids from arguments or a pipe, who does it, one line an alarm. Each says
 * `strict = false` itself: oclif does not look for it in a parent.
 */
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type {ActOutcome} from '../alarm/act-each.ts'
import type {Wish} from './alarm-wish.ts'
import {BaseCommand, type Failure, failureOf} from './base-command.ts'
import type {PlatformChoice} from './context.ts'
import {type OutputChoice, outputFlags, platformFlags} from './flags.ts'
import {ACT_COLUMNS, type ActRow} from './render/alarms.ts'

export interface ActFlags extends OutputChoice, PlatformChoice {
  readonly by?: string | undefined
  readonly comment?: string | undefined
}

export const byFlag = Flags.string({
  helpValue: 'NAME',
  description: 'who does it; the user of this machine when absent',
})
const commentFlag = Flags.string({helpValue: 'TEXT', description: 'why, in words; kept with the alarm'})
export const actFlags = {by: byFlag, comment: commentFlag, ...outputFlags, ...platformFlags}
export const idArgs = {
  id: Args.string({ignoreStdin: true, description: 'ids of alarms; - reads them from standard input'}),
}

export abstract class AlarmActCommand extends BaseCommand {
  /**
   * Does the same to each alarm at the version that it has now. Exit status 3 when some failed; throws the first failure
   * when all did.
   */
  protected async act(argv: readonly unknown[], flags: ActFlags, wish: Wish): Promise<{alarms: ActRow[]}> {
    const {targetsOf} = await import('./targets.ts')
    const {platformClient} = await import('./context.ts')
    const {actOnEach} = await import('../alarm/act-each.ts')
    const {requestOf} = await import('./alarm-wish.ts')
    const ids = await targetsOf(argv.map(String), (this.id ?? '').replaceAll(':', ' '))
    const request = requestOf(wish, flags)
    const client = await platformClient(flags)
    const errors: Error[] = []
    let done = 0
    const rowOf = ({error, ...rest}: ActOutcome): ActRow => {
      if (error === undefined) done++
      else errors.push(error)
      return error ? {...rest, error: this.#failure(error)} : rest
    }
    const outcomes = actOnEach(client, ids, ({id, version}) => client.act({...request, id, version}))
    const alarms = await this.rows(mapped(outcomes, rowOf), ACT_COLUMNS, flags, ({id}) => id)
    if (done === 0 && errors[0]) throw errors[0]
    return this.verdict({alarms}, errors.length === 0)
  }

  #failure(error: Error): Failure {
    return failureOf(error, this.language())
  }
}

async function* mapped<T, R>(items: AsyncIterable<T>, map: (item: T) => R): AsyncGenerator<R> {
  for await (const item of items) yield map(item)
}
