/** What a signal says, in words. */
import {meaningOf} from '../model/codes/meaning.ts'
import type {Signal} from '../model/signal.ts'

/** `BA new: Burglary alarm, partition 1, zone 3, "Front door"`. */
export function describeSignal(signal: Signal): string {
  const {code, qualifier, partition, zone, text} = signal
  const parts = [
    `${code} ${qualifier}: ${meaningOf(signal).name}`,
    partition === undefined ? '' : `partition ${partition}`,
    zone === undefined ? '' : `zone ${zone}`,
    text === undefined ? '' : `"${text}"`,
  ]
  return parts.filter((part) => part !== '').join(', ')
}
