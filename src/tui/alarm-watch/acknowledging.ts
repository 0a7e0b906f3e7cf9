/** The operator's decisions: acknowledge what is under the cursor, reset what latches, and what became of it. */
import type {SafeText} from '../../lib/safe-text.ts'
import type {Alarm} from '../../model/alarm.ts'
import {type Ack, type AckReply, afterReply, isPending, newAck} from './acks.ts'
import {healthOf} from './link.ts'
import {receiveAlarm} from './receiving.ts'
import type {NoticeCode, State} from './state.ts'
import {AIM_MS} from './viewport.ts'

/** The alarm under the cursor; undefined when there is none. */
export function selectedAlarm({view, items}: State): Alarm | undefined {
  return view.selected === undefined ? undefined : items.get(view.selected)?.alarm
}

/** Why `a` would do nothing; undefined when it acknowledges. */
export function whyNoAck(state: State): NoticeCode | undefined {
  const alarm = selectedAlarm(state)
  if (alarm === undefined) return 'nothing-selected'
  if (isPending(state.acks.get(alarm.id)) || alarm.pending) return 'pending'
  if (alarm.handling !== 'new') return 'not-new'
  return state.now - state.view.slippedAt < AIM_MS ? 'row-moved' : undefined
}

/** Why `R` would do nothing; undefined when it asks whether to reset. */
export function whyNoReset(state: State): NoticeCode | undefined {
  const alarm = selectedAlarm(state)
  if (alarm === undefined) return 'nothing-selected'
  if (isPending(state.acks.get(alarm.id)) || alarm.pending) return 'pending'
  if (alarm.handling === 'closed') return 'closed'
  if (healthOf(state.link, state.now) !== 'LIVE') return 'reset-needs-line'
  return state.now - state.view.slippedAt < AIM_MS ? 'row-moved' : undefined
}

export function pressAck(state: State): State {
  const alarm = selectedAlarm(state)
  const why = whyNoAck(state)
  if (why !== undefined || alarm === undefined) return noticed(state, why ?? 'nothing-selected')
  return withAck(state, alarm.id, newAck(alarm, state.now, false))
}

/** Asks first: a reset closes the alarm, restored or not. */
export function pressReset(state: State): State {
  const alarm = selectedAlarm(state)
  const why = whyNoReset(state)
  if (why !== undefined || alarm === undefined) return noticed(state, why ?? 'nothing-selected')
  return {...state, mode: {type: 'reset', id: alarm.id, version: alarm.version}, view: {...state.view, follow: false}}
}

export function confirmReset(state: State): State {
  if (state.mode.type !== 'reset') return state
  const {id, version} = state.mode
  const asked: State = {...state, mode: {type: 'list'}}
  const alarm = state.items.get(id)?.alarm
  if (alarm?.version !== version) return noticed(asked, 'changed-meanwhile')
  if (healthOf(state.link, state.now) !== 'LIVE') return noticed(asked, 'reset-needs-line')
  return withAck(asked, id, newAck(alarm, state.now, true))
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
  if (next.state === 'conflict') return noticed(after, 'ack-conflict')
  return next.state === 'failed' ? noticed(after, 'ack-failed', next.detail) : after
}

function withAck(state: State, id: number, ack: Ack): State {
  return {...state, acks: new Map(state.acks).set(id, ack)}
}

function noticed(state: State, code: NoticeCode, detail: SafeText | '' = ''): State {
  return {...state, notice: {code, detail, at: state.now}}
}
