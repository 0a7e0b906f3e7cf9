/** Which panels `panel test` is about when they are many: accounts, the inventory, or a table with a row a panel. */
import {CitywatchError} from '../lib/errors.ts'
import {present} from '../lib/fields.ts'
import {safeText} from '../lib/safe-text.ts'
import {isWithin, type Jurisdiction} from '../model/jurisdiction.ts'
import type {Transport} from '../panel/attempt.ts'
import {parseReceiver} from '../panel/receiver-address.ts'
import type {FleetTarget} from '../panel/suite/fleet.ts'
import {idOf} from '../panel/suite/fleet-row.ts'
import type {AccountKey} from '../protocol/dc09/key.ts'
import {type PlatformChoice, platformClient} from './context.ts'
import {accountsOf} from './panel-accounts.ts'
import {keysOf} from './panel-keys.ts'
import {panelRows} from './panel-table.ts'

export interface FleetSelection extends PlatformChoice {
  readonly account?: readonly string[] | undefined
  readonly accounts?: string | undefined
  readonly all?: boolean | undefined
  readonly panels?: string | undefined
  readonly jurisdiction?: Jurisdiction | undefined
  readonly keys?: string | undefined
  readonly transport: Transport
}

/** More than any receiver of one machine serves. */
const MAX_PANELS = 100_000

/**
 * All of them, before any is tested: a mistake in line 17 is told before panel 1 has sent anything. `receiver` serves the panels
 * whose row names none. Throws CW_USAGE, CW_NO_TARGET, CW_BAD_VALUE, CW_BAD_ADDRESS, CW_TOO_LARGE, and what files and the platform throw.
 */
export async function fleetTargets(
  receiver: string | undefined,
  flags: FleetSelection,
  warn: (text: string) => void,
): Promise<readonly FleetTarget[]> {
  const keys = flags.keys === undefined ? new Map<string, AccountKey>() : await keysOf(flags.keys, warn)
  const targets = new Map<string, FleetTarget>()
  for await (const target of named(receiver, flags, keys, warn)) {
    targets.set(idOf(target), target)
    if (targets.size > MAX_PANELS) {
      throw new CitywatchError('CW_TOO_LARGE', {path: flags.panels ?? 'selection', what: 'panels', limit: MAX_PANELS})
    }
  }
  if (targets.size === 0) throw new CitywatchError('CW_NO_TARGET', {command: 'panel test'})
  return [...targets.values()]
}

async function* named(
  receiver: string | undefined,
  flags: FleetSelection,
  keys: ReadonlyMap<string, AccountKey>,
  warn: (text: string) => void,
): AsyncGenerator<FleetTarget> {
  const {panels, account, accounts, all, jurisdiction, transport} = flags
  if ([panels, account ?? accounts, all || undefined].filter((choice) => choice !== undefined).length > 1) {
    throw new CitywatchError('CW_USAGE', {detail: '--panels, --all and accounts exclude each other'})
  }
  if (panels !== undefined) {
    yield* panelRows(panels, {receiver, transport}, keys, warn)
    return
  }
  if (receiver === undefined)
    throw new CitywatchError('CW_USAGE', {detail: 'name the receiver, or give --panels with a column receiver'})
  const place = {...parseReceiver(receiver), transport}
  if (!all) {
    for (const one of await accountsOf(flags, 'panel test'))
      yield {...place, account: one, key: keys.get(one), panel: {}}
    return
  }
  const client = await platformClient(flags)
  for await (const panel of client.devices('panel')) {
    if (!isWithin(panel.jurisdiction, jurisdiction ?? '')) continue
    const {name, maker, model, firmware} = panel
    const site = safeText(panel.site)
    yield {
      ...place,
      account: panel.account,
      key: keys.get(panel.account),
      panel: {name, site, ...present({maker, model, firmware})},
    }
  }
}
