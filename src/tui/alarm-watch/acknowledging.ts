/** The operator's decisions: what a key asks to be done to the alarm under the cursor, and what became of it. */
import type {SafeText} from '../../lib/safe-text.ts'
import type {Alarm} from '../../model/alarm.ts'
import {type Ack, type AckReply, afterReply, isPending, newAck, type Wish} from './acks.ts'
import {healthOf} from './link.ts'
import {receiveAlarm} from './receiving.ts'
import type {NoticeCode, State} from './state.ts'
import {AIM_MS} from './viewport.ts'

/** The alarm under the cursor; undefined when there is none. */
export function selectedAlarm({view, items}: State): Alarm | undefined {
  return view.selected === undefined ? undefined : items.get(view.selected)?.alarm
}

/** Why nothing can be done to the alarm under the cursor, whatever it is; undefined: something can. */
function whyNothing(state: State): NoticeCode | undefined {
  const alarm = selectedAlarm(state)
  if (alarm === undefined) return 'nothing-selected'
  return isPending(state.acks.get(alarm.id)) || alarm.pending ? 'pending' : undefined
}

function whyMoved({now, view}: State): NoticeCode | undefined {
  return now - view.slippedAt < AIM_MS ? 'row-moved' : undefined
}

/** Why `a` would do nothing; undefined when it acknowledges. */
export function whyNoAck(state: State): NoticeCode | undefined {
  const why = whyNothing(state)
  if (why !== undefined) return why
  return selectedAlarm(state)?.handling === 'new' ? whyMoved(state) : 'not-new'
}

/** Why nothing but an acknowledgement can be asked now: it is not queued while the line is down. */
function whyNotNow(state: State, fits: (alarm: Alarm) => NoticeCode | undefined): NoticeCode | undefined {
  const why = whyNothing(state)
  const alarm = selectedAlarm(state)
  if (why !== undefined || alarm === undefined) return why
  const unfit = fits(alarm)
  if (unfit !== undefined) return unfit
  return healthOf(state.link, state.now) === 'LIVE' ? whyMoved(state) : 'needs-line'
}

const isOpen = ({handling}: Alarm): NoticeCode | undefined => (handling === 'closed' ? 'closed' : undefined)

/** Why `R` would do nothing; undefined when it asks whether to reset. */
export function whyNoReset(state: State): NoticeCode | undefined {
  return whyNotNow(state, isOpen)
}

/** Why `s` would do nothing; undefined when it asks for how long. */
export function whyNoShelve(state: State): NoticeCode | undefined {
  return whyNotNow(state, (alarm) => {
    if (alarm.latching) return 'panic-stays'
    return isOpen(alarm) ?? (alarm.hidden ? 'already-hidden' : undefined)
  })
}

/** Why `U` would do nothing; undefined when it brings the alarm back into the list. */
export function whyNoUnhide(state: State): NoticeCode | undefined {
  return whyNotNow(state, ({hidden}) => (hidden === undefined ? 'not-hidden' : undefined))
}

/** Why `d` and `t` would do nothing; undefined when they ask for words. */
export function whyNoDispatch(state: State): NoticeCode | undefined {
  return whyNotNow(state, isOpen)
}

export function whyNoComment(state: State): NoticeCode | undefined {
  return whyNotNow(state, () => undefined)
}

export function pressAck(state: State): State {
  const alarm = selectedAlarm(state)
  const why = whyNoAck(state)
  if (why !== undefined || alarm === undefined) return noticed(state, why ?? 'nothing-selected')
  return withAck(state, alarm.id, newAck(alarm, state.now, {verb: 'ack'}))
}

export function pressUnhide(state: State): State {
  const alarm = selectedAlarm(state)
  const why = whyNoUnhide(state)
  if (why !== undefined || alarm === undefined) return noticed(state, why ?? 'nothing-selected')
  return withAck(state, alarm.id, newAck(alarm, state.now, {verb: 'unhide'}))
}

/** Asks first: a reset says for everybody that the condition is over. */
export function pressReset(state: State): State {
  return asking(state, whyNoReset(state), ({id, version}) => ({type: 'reset', id, version}))
}

export function pressChoice(state: State, verb: 'shelve' | 'close'): State {
  const why = verb === 'shelve' ? whyNoShelve(state) : whyNoReset(state)
  return asking(state, why, ({id, version}) => ({type: 'choose', verb, id, version}))
}

export function pressWords(state: State, verb: 'dispatch' | 'comment'): State {
  const why = verb === 'dispatch' ? whyNoDispatch(state) : whyNoComment(state)
  return asking(state, why, ({id, version}) => ({type: 'type', verb, id, version, text: ''}))
}

/** The question, with the list held still under it. */
function asking(state: State, why: NoticeCode | undefined, mode: (alarm: Alarm) => State['mode']): State {
  const alarm = selectedAlarm(state)
  if (why !== undefined || alarm === undefined) return noticed(state, why ?? 'nothing-selected')
  return {...state, mode: mode(alarm), view: {...state.view, follow: false}}
}

/** The answer to a question about one alarm: sent when the alarm is still what it was asked about. */
export function decide(state: State, wish: Wish): State {
  if (!('id' in state.mode)) return state
  const {id, version} = state.mode
  const asked: State = {...state, mode: {type: 'list'}}
  const alarm = state.items.get(id)?.alarm
  if (alarm?.version !== version) return noticed(asked, 'changed-meanwhile')
  if (healthOf(state.link, state.now) !== 'LIVE') return noticed(asked, 'needs-line')
  if (isTooEarly(alarm, wish)) return noticed(asked, 'still-active')
  return withAck(asked, id, newAck(alarm, state.now, wish))
}

/** What every platform refuses: panic that is active is reset before it is closed. Of the rest each has its own policy. */
function isTooEarly({condition, latching}: Alarm, {verb}: Wish): boolean {
  return verb === 'close' && latching && condition === 'active'
}

export function noWords(state: State): State {
  return noticed({...state, mode: {type: 'list'}}, 'nothing-said')
}

export function receiveReply(state: State, reply: AckReply): State {
  const ack = state.acks.get(reply.id)
  const alarm = state.items.get(reply.id)?.alarm
  if (ack === undefined || alarm === undefined) return state // the log was replaced meanwhile
  if (reply.type === 'ack-done') {
    const acks = new Map(state.acks)
    acks.delete(reply.id)
    return receiveAlarm({...state, acks}, reply.alarm)
  }
  const next = afterReply(ack, reply, alarm, state.now)
  const after = withAck(state, reply.id, next)
  const isAck = ack.wish.verb === 'ack'
  if (next.state === 'conflict') return noticed(after, isAck ? 'ack-conflict' : 'act-refused', isAck ? '' : next.detail)
  return next.state === 'failed' ? noticed(after, isAck ? 'ack-failed' : 'act-refused', next.detail) : after
}

function withAck(state: State, id: number, ack: Ack): State {
  return {...state, acks: new Map(state.acks).set(id, ack)}
}

function noticed(state: State, code: NoticeCode, detail: SafeText | '' = ''): State {
  return {...state, notice: {code, detail, at: state.now}}
}
