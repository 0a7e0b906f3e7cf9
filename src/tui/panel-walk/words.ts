/** What the walk test's screen says: the state of a point in one word, and why a key does nothing. */
import type {ListedKind, PointResult} from '../../panel/walk/state.ts'

/** One word a state, so that no colour is needed. */
export const RESULT_WORDS: Readonly<Record<PointResult, string>> = {
  open: 'open',
  alarm: 'RESTORE?',
  wrong: 'WRONG',
  passed: 'passed',
  failed: 'FAILED',
  skipped: 'skipped',
}

export const KIND_WORDS: Readonly<Record<ListedKind, string>> = {
  'wrong-code': 'WRONG CODE',
  'wrong-partition': 'WRONG PART',
  unexpected: 'UNEXPECTED',
  duplicate: 'duplicate',
  refused: 'REFUSED',
  'refused-other': 'refused',
  'off-test': 'OFF TEST',
  gap: 'GAP',
  'not-tested': 'NOT TESTED',
  paused: 'paused',
  'no-real-code': 'no real code',
  'partition-not-listed': 'partition',
  'checklist-changed': 'checklist',
  other: 'other',
}

export type NoticeCode =
  | 'nothing-selected'
  | 'busy'
  | 'no-platform'
  | 'already-passed'
  | 'nothing-to-forget'
  | 'reason-needed'

export const NOTICES: Readonly<Record<NoticeCode, string>> = {
  'nothing-selected': 'no point is selected',
  busy: 'the last wish is still on its way',
  'no-platform': 'this machine is the receiver: there is no on-test window to extend',
  'already-passed': 'it has passed: to test it again press A',
  'nothing-to-forget': 'it has nothing to forget yet',
  'reason-needed': 'it needs a reason: type one, or press Esc',
}
