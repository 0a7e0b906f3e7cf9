/** The last word of a fault script: the log against what the senders know, and the store's own check. */
import {auditLog} from './audit.ts'
import {type Place, run, serve} from './platform.ts'
import type {Ledger} from './senders.ts'

/** Prints what was counted, with `facts` before it. True when nothing is lost, doubled or missing. */
export async function verdict(place: Place, ledger: Ledger, facts: object): Promise<boolean> {
  const platform = await serve(place)
  const findings = await auditLog(platform.url, ledger)
  await platform.end('SIGTERM')
  const integrity = place.store === undefined ? await integrityOf(place) : 'ok'
  console.log(JSON.stringify({...facts, acknowledged: ledger.acknowledged.size, ...findings, integrity}))
  const {gaps, lost, doubled, foreign} = findings
  return integrity === 'ok' && gaps + lost + doubled + foreign === 0
}

/** A backup reads everything through. */
async function integrityOf(place: Place): Promise<string> {
  const {code, text} = await run(place, ['platform', 'backup', `${place.folder}/check`, '--data', place.data])
  return code === 0 ? 'ok' : text
}
