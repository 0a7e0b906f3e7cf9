/** The negative cases that need a key. Without one they are listed and not judged; give them steps and a judge here. */
import type {RuleText} from './rule.ts'

export const NEEDS_A_KEY = 'needs a key'

export const KEYED_RULES: readonly RuleText[] = [
  {
    rule: '18',
    name: 'encrypted, no time',
    sends: 'an encrypted message without a time',
    expected: 'NAK or silence, never ACK',
  },
  {
    rule: '19',
    name: 'wrong key',
    sends: 'a message encrypted with another key',
    expected: 'NAK or silence, never ACK',
  },
  {
    rule: '20',
    name: 'clear to a keyed account',
    sends: 'a message in clear of an account that has a key',
    expected: 'NAK or silence, never ACK',
  },
  {
    rule: '22',
    name: 'old message replayed',
    sends: 'an encrypted message again, after its time',
    expected: 'NAK or silence, never ACK',
  },
]
