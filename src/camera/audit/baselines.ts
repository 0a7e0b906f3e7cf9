/** The baselines that come with the program, by name. */
import {CitywatchError} from '../../lib/errors.ts'
import {safeText} from '../../lib/safe-text.ts'
import {type Baseline, parseBaseline} from './baseline.ts'
import etsi from './baselines/etsi.json' with {type: 'json'}

const BASELINES: Readonly<Record<string, unknown>> = {etsi}

/** Throws CW_BAD_VALUE for a name that is none of them. */
export function builtinBaseline(name: string): Baseline {
  if (Object.hasOwn(BASELINES, name)) return parseBaseline(BASELINES[name])
  throw new CitywatchError('CW_BAD_VALUE', {
    field: '--baseline',
    value: safeText(name, 60),
    expected: `${Object.keys(BASELINES).join(', ')} or a file`,
  })
}
