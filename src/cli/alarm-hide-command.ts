/** What `alarm shelve`, `suppress` and `outofservice` share: single alarms by id, or whatever a place raises. */
import * as Flags from '@oclif/core/flags'
import type {Hidden} from '../model/alarm.ts'
import type {HideVerb} from '../platform/contract.ts'
import {type ActFlags, AlarmActCommand, actFlags} from './alarm-act-command.ts'
import type {HideFlags, PlaceFlags} from './alarm-wish.ts'
import type {ActRow} from './render/alarms.ts'
import {MASK_COLUMNS, type TimedMask} from './render/masks.ts'

export const hideFlags = {
  reason: Flags.string({required: true, description: 'why; everybody sees it', helpValue: 'TEXT'}),
  account: Flags.string({description: 'whatever this account raises', helpValue: 'A', helpGroup: 'PLACE'}),
  partition: Flags.string({description: 'only this partition of it', helpValue: 'P', helpGroup: 'PLACE'}),
  zone: Flags.string({multiple: true, description: 'only these zones of it', helpValue: 'Z', helpGroup: 'PLACE'}),
  device: Flags.string({description: 'whatever this panel or zone raises', helpValue: 'KEY', helpGroup: 'PLACE'}),
  ...actFlags,
}

const AS: Readonly<Record<HideVerb, Hidden['as']>> = {
  shelve: 'shelved',
  suppress: 'suppressed',
  outofservice: 'out-of-service',
}

export abstract class AlarmHideCommand extends AlarmActCommand {
  /** Throws CW_USAGE for ids and a place together. */
  protected async hide(
    argv: readonly unknown[],
    flags: ActFlags & HideFlags & PlaceFlags,
    verb: HideVerb,
  ): Promise<{alarms: ActRow[]} | {mask: TimedMask}> {
    const {hiding, nameOf, placeOf} = await import('./alarm-wish.ts')
    const place = placeOf(flags)
    const how = hiding(flags)
    if (place === undefined) return this.act(argv, flags, {verb, ...how})
    const {CitywatchError} = await import('../lib/errors.ts')
    if (argv.length > 0) throw new CitywatchError('CW_USAGE', {detail: 'name alarms or a place, not both'})
    const {platformClient} = await import('./context.ts')
    const {timedMask} = await import('./render/masks.ts')
    const client = await platformClient(flags)
    const started = await client.startMask({...how, as: AS[verb], by: nameOf(flags.by), place})
    const mask = timedMask(started, started.startedAt)
    await this.rows([mask], MASK_COLUMNS, flags, ({id}) => String(id))
    this.note('panic is never hidden; what is hidden is logged and counted all the same')
    return {mask}
  }
}
