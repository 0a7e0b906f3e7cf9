/** Tells a platform what a probe found, so that a camera that fell sick is an alarm and one that is well again is none. */
import {hostname} from 'node:os'
import {CitywatchError, isCitywatchError} from '../lib/errors.ts'
import {PROBE_EVENT_TYPE} from '../model/foreign-event.ts'
import type {ProbeReport, ProbeVerdict} from '../model/probe.ts'
import type {PlatformClient} from '../platform/client.ts'
import type {CloudEvent} from '../platform/contract.ts'
import type {CameraTarget} from './camera-targets.ts'
import {verdictOf} from './verdict-of.ts'

const BATCH = 500

/** Only what the inventory has can be reported on. Throws CW_USAGE. */
export function requireInventoried(targets: readonly CameraTarget[]): void {
  if (targets.every(({name}) => name !== undefined)) return
  throw new CitywatchError('CW_USAGE', {detail: '--report needs cameras of the inventory: their keys, or --all'})
}

/**
 * Resolves once the platform has them on its disk, with how many it took: a camera that has left the inventory meanwhile is
 * passed over. Telling it the same again is harmless. Throws what the client throws.
 */
export async function reportVerdicts(
  client: Pick<PlatformClient, 'sendEvents'>,
  reports: readonly ProbeReport[],
): Promise<number> {
  const events = reports.map(eventOf)
  let taken = 0
  for (let at = 0; at < events.length; at += BATCH) taken += await send(client, events.slice(at, at + BATCH))
  return taken
}

async function send(client: Pick<PlatformClient, 'sendEvents'>, events: readonly CloudEvent[]): Promise<number> {
  try {
    await client.sendEvents(events)
    return events.length
  } catch (error) {
    if (!isCitywatchError(error, 'CW_BAD_VALUE')) throw error
    if (events.length === 1) return 0
  }
  const half = Math.ceil(events.length / 2)
  return (await send(client, events.slice(0, half))) + (await send(client, events.slice(half)))
}

function eventOf(report: ProbeReport): CloudEvent {
  const {camera, at} = report
  const data: ProbeVerdict = {camera, ...verdictOf(report)}
  return {
    specversion: '1.0',
    source: `/probe/${encodeURIComponent(hostname())}`,
    id: `${encodeURIComponent(camera)}-${at}`,
    type: PROBE_EVENT_TYPE,
    time: new Date(at).toISOString(),
    data,
  }
}
