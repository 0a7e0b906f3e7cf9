/** The profiles that come with citywatch, by name, and anybody's own from a file. */
import {CitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'
import {type Profile, parseProfile} from './profile.ts'
import antiTerror from './profiles/anti-terror.json' with {type: 'json'}
import cn996 from './profiles/cn-996.json' with {type: 'json'}
import cnStrict from './profiles/cn-strict.json' with {type: 'json'}
import dlT283 from './profiles/dl-t-283.json' with {type: 'json'}
import generic from './profiles/generic.json' with {type: 'json'}

const PROFILES: Readonly<Record<string, unknown>> = {
  generic,
  'cn-996': cn996,
  'cn-strict': cnStrict,
  'dl-t-283': dlT283,
  'anti-terror': antiTerror,
}

export const PROFILE_NAMES: readonly string[] = Object.keys(PROFILES)

/** Throws CW_BAD_VALUE for a name that is none of them. */
export function builtinProfile(name: string): Profile {
  if (Object.hasOwn(PROFILES, name)) return parseProfile(PROFILES[name])
  throw new CitywatchError('CW_BAD_VALUE', {
    field: '--profile',
    value: safeText(name, 60),
    expected: `${PROFILE_NAMES.join(', ')} or a file`,
  })
}
