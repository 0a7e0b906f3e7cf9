/** How sick a simulated city is: `dead=5%`, `clock-skew=2`, or one of everything. */
import {CitywatchError} from '../../lib/errors.ts'
import {safeText} from '../../lib/safe-text.ts'
import {FAULTS, type FaultName, isFaultName} from '../faults.ts'

export type FaultCounts = Partial<Record<FaultName, number>>

/** Every fault once, and no power at one camera in fifty. */
export function typicalFaults(cameras: number): FaultCounts {
  if (cameras < Object.keys(FAULTS).length * 2) return {}
  const once = Object.fromEntries(Object.keys(FAULTS).map((name) => [name, 1])) as FaultCounts
  return {...once, dead: Math.max(1, Math.round(cameras / 50))}
}

/** `name=count` or `name=percent%` of `cameras`. Throws CW_BAD_VALUE naming the faults there are. */
export function parseFaults(texts: readonly string[], cameras: number): FaultCounts {
  const counts: FaultCounts = {}
  for (const text of texts) {
    const [, name = '', amount = '1', percent] = /^([a-z-]+)(?:=(\d{1,6})(%)?)?$/.exec(text) ?? []
    if (!isFaultName(name)) {
      const expected = `name=count or name=percent% with a name of ${Object.keys(FAULTS).join(', ')}`
      throw new CitywatchError('CW_BAD_VALUE', {field: '--fault', value: safeText(text, 60), expected})
    }
    counts[name] = percent ? Math.round((cameras * Number(amount)) / 100) : Number(amount)
  }
  return counts
}
