/** What the screen says in sentences. */
import type {Ack} from './acks.ts'
import type {Look} from './look.ts'
import type {Notice} from './state.ts'

const NOTICES: Readonly<Record<Notice['code'], string>> = {
  'nothing-selected': 'no alarm is selected',
  'row-moved': 'the list moved as you pressed: look, then press again',
  'not-new': 'already acknowledged',
  pending: 'already on its way to the platform',
  closed: 'already closed',
  'panic-stays': 'panic and hold-up are never hidden',
  'not-hidden': 'it is in the list already',
  'already-hidden': 'it is hidden already: U brings it back',
  'still-active': 'panic that is active is reset first (R), then closed',
  'nothing-said': 'nothing was typed, nothing was done',
  'needs-line': 'that is only sent while the platform answers (LIVE)',
  'changed-meanwhile': 'the alarm changed while you decided: look and decide again',
  'acked-elsewhere': 'acknowledged elsewhere',
  'ack-conflict': 'NOT acknowledged: it changed meanwhile. Look and acknowledge anew',
  'ack-failed': 'NOT acknowledged: the platform refused',
  'act-refused': 'NOT done',
  'log-replaced': 'the platform has another log: what was queued has been dropped',
}

export function noticeText({code, detail}: Notice): string {
  if (detail === '') return NOTICES[code]
  return code === 'acked-elsewhere' ? `acknowledged elsewhere, by ${detail}` : `${NOTICES[code]} (${detail})`
}

const WISHES: Readonly<Record<Ack['wish']['verb'], string>> = {
  ack: 'acknowledgement',
  reset: 'reset',
  close: 'closing',
  shelve: 'shelving',
  unhide: 'unshelving',
  dispatch: 'dispatch',
  comment: 'comment',
}

export function ackText({state, at, wish, detail}: Ack, look: Look): string {
  const what = WISHES[wish.verb]
  const since = look.timeOf(at)
  switch (state) {
    case 'queued':
      return `${what} of ${since} waits for the line, not sent yet`
    case 'sending':
      return `${what} sent, the platform has not confirmed yet`
    case 'conflict':
      return `${what} NOT done, it changed meanwhile (fired again?): look and decide anew`
    case 'failed':
      return `${what} refused: ${detail || 'no reason given'}`
    case 'expired':
      return `${what} of ${since} waited too long and was dropped: decide again`
  }
}

/** `5s`, `12m`, `3h`, `9d`: never negative, at most four characters. */
export function ageText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`
  return `${Math.min(999, Math.floor(seconds / 86_400))}d`
}
