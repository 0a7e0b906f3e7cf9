/** What the feed's messages do to the screen: alarms in place, proof of life, gaps, refusals. */
import {safeText} from '../../lib/safe-text.ts'
import type {Alarm} from '../../model/alarm.ts'
import {type Handoff, isWaiting} from '../../model/handoff.ts'
import type {LogEntry} from '../../model/log-entry.ts'
import {afterChange} from './acks.ts'
import type {FeedMessage} from './feed.ts'
import {countItems, evict, type Item, ordered, upsert} from './items.ts'
import {afterTestChange, openTests} from './on-test.ts'
import {listRows, type State} from './state.ts'
import {followed, visible, without} from './viewport.ts'

/** A batch under way: only the tables are changed in place, and only until the batch is done. */
interface Batch {
  state: State
  readonly items: Map<number, Item>
  readonly changed: Set<number>
  /** The list is another one: nothing on the screen can stay. */
  isNew: boolean
}

export function receive(before: State, messages: readonly FeedMessage[]): State {
  const batch: Batch = {state: before, items: new Map(before.items), changed: new Set(), isNew: false}
  for (const message of messages) receiveOne(batch, message)
  return batch.changed.size === 0 && !batch.isNew ? batch.state : settled(batch)
}

function receiveOne(batch: Batch, message: FeedMessage): void {
  const {state} = batch
  const {now, link} = state
  switch (message.type) {
    case 'link': {
      const keepsDetail = message.link === 'connecting' && link.phase === 'lost'
      const detail = keepsDetail ? link.detail : message.detail
      batch.state = {...state, link: {...link, phase: message.link, detail}}
      return
    }
    case 'head':
      batch.state = {...state, link: {...link, provedAt: now, head: Math.max(link.head, message.head)}}
      return
    case 'skip':
      if (state.position) batch.state = {...state, position: {...state.position, seq: message.to}}
      return
    case 'reset':
      batch.state = {...state, gap: {from: state.gap?.from ?? link.provedAt ?? now}}
      return
    case 'snapshot':
      receiveSnapshot(batch, message)
      return
    case 'entry':
      receiveEntry(batch, message.entry)
  }
}

/** Open alarms are what the snapshot says: others have left while nobody looked. */
function receiveSnapshot(
  batch: Batch,
  {position, alarms, onTest, handoffs}: Extract<FeedMessage, {type: 'snapshot'}>,
): void {
  const {state, items, changed} = batch
  const {now, link, gap} = state
  if (position.epoch !== state.position?.epoch) {
    items.clear()
    batch.isNew = true
  }
  const open = new Set(alarms.map(({id}) => id))
  for (const [id, {alarm}] of items) {
    if (open.has(id) || alarm.handling === 'closed') continue
    items.delete(id)
    changed.add(id)
  }
  for (const alarm of alarms) if (upsert(items, alarm)) changed.add(alarm.id)
  batch.state = {
    ...state,
    position,
    onTest: openTests(onTest),
    handoffs: new Map(handoffs.map((handoff) => [handoff.id, handoff])),
    link: {...link, provedAt: now, head: position.seq},
    ...(gap === undefined ? {} : {gap: {...gap, to: now}}),
  }
}

function receiveEntry(batch: Batch, entry: LogEntry): void {
  const {state, items, changed} = batch
  const {now, link, position} = state
  if (position !== undefined && entry.seq <= position.seq) return
  batch.state = {
    ...state,
    link: {...link, provedAt: now, head: Math.max(link.head, entry.seq)},
    ...(position === undefined ? {} : {position: {...position, seq: entry.seq}}),
  }
  if ('alarm' in entry && entry.alarm !== undefined) {
    if (upsert(items, entry.alarm)) changed.add(entry.alarm.id)
    batch.state = afterAnswer(batch.state, entry)
  } else {
    batch.state = afterOther(batch.state, entry)
  }
}

/** An entry that changes no alarm. */
function afterOther(state: State, entry: LogEntry): State {
  switch (entry.type) {
    case 'refusal':
      return {...state, refusals: state.refusals + 1, lastRefusal: entry}
    case 'ontest':
      return {...state, onTest: afterTestChange(state.onTest, entry.window)}
    case 'handoff':
      return {...state, handoffs: afterHandoff(state.handoffs, entry.handoff)}
    case 'mask':
      return state // the alarms under it have entries of their own
    default: {
      const isTrial = 'onTest' in entry && entry.onTest !== undefined
      return isTrial ? {...state, trials: state.trials + 1} : {...state, logged: state.logged + 1}
    }
  }
}

/** A platform below that did not do what was asked of it: somebody believes that it did. */
function afterAnswer(state: State, entry: LogEntry): State {
  if (entry.type !== 'request' || (entry.state !== 'conflict' && entry.state !== 'rejected')) return state
  const {state: answer, detail = safeText('')} = entry
  return {...state, notice: {code: answer === 'conflict' ? 'ack-conflict' : 'ack-failed', detail, at: state.now}}
}

/** Those that wait for somebody; an older version than the one known changes nothing. */
function afterHandoff(known: State['handoffs'], handoff: Handoff): State['handoffs'] {
  if ((known.get(handoff.id)?.version ?? 0) >= handoff.version) return known
  const next = new Map(known)
  if (isWaiting(handoff)) next.set(handoff.id, handoff)
  else next.delete(handoff.id)
  return next
}

/** One alarm that came another way than by the feed: the platform's reply to an acknowledgement. */
export function receiveAlarm(state: State, alarm: Alarm): State {
  const batch: Batch = {state, items: new Map(state.items), changed: new Set(), isNew: false}
  return upsert(batch.items, alarm) ? settled({...batch, changed: new Set([alarm.id])}) : state
}

/** The state with the batch's alarms in it: counted, bounded, in the list or among the fresh ones. */
function settled({state: before, items, changed, isNew}: Batch): State {
  const state = withAcks(before, items, changed, isNew)
  const rows = listRows(state)
  const onScreen = isNew ? [] : visible(state.view, rows, state.items).map(({alarm}) => alarm.id)
  const gone = new Set(evict(items, countItems(items), new Set(onScreen)))
  for (const id of changed) if (!items.has(id)) gone.add(id)
  const next: State = {...state, items, counts: countItems(items)}
  if (isNew) {
    // A new log: the first rows of a screen without any have not slipped from under anybody's cursor.
    const isAbout = 'id' in state.mode
    const mode = isAbout ? ({type: 'list'} as const) : state.mode
    return {...next, mode, view: followed(state.view, ordered(items, state.filter, state.scope), state.now)}
  }
  return {...next, view: arranged(next, changed, gone, rows)}
}

function arranged(state: State, changed: ReadonlySet<number>, gone: ReadonlySet<number>, rows: number) {
  const {items, filter, scope, now} = state
  if (state.view.follow) return followed(state.view, ordered(items, filter, scope), now)
  const view = gone.size > 0 ? without(state.view, gone, rows) : state.view
  const fresh = unlisted(state, changed)
  if (fresh.length === 0) return view
  const order = [...view.order, ...fresh]
  const selected = view.selected ?? order[0]
  return {...view, order, fresh: new Set([...view.fresh, ...fresh]), ...(selected === undefined ? {} : {selected})}
}

/** Of the changed alarms, those that the filter shows and the pinned list does not have, in order. */
function unlisted({items, filter, scope, view}: State, changed: ReadonlySet<number>): number[] {
  const listed = new Set(view.order)
  const news = [...changed].flatMap((id) => {
    const item = listed.has(id) ? undefined : items.get(id)
    return item === undefined ? [] : ([[id, item]] as const)
  })
  return ordered(new Map(news), filter, scope)
}

function withAcks(state: State, items: Map<number, Item>, changed: ReadonlySet<number>, isNew: boolean): State {
  if (state.acks.size === 0) return state
  if (isNew) return {...state, acks: new Map(), notice: {code: 'log-replaced', detail: '', at: state.now}}
  const acks = new Map(state.acks)
  let elsewhere: Alarm | undefined
  for (const [id, ack] of state.acks) {
    if (!changed.has(id)) continue
    const alarm = items.get(id)?.alarm
    const next = alarm && afterChange(ack, alarm)
    if (next) acks.set(id, next)
    else acks.delete(id)
    const isOurs = alarm?.ackedVersion === ack.version || alarm?.last?.version === ack.version
    if (!next && alarm && ack.state !== 'sending' && !isOurs) elsewhere = alarm
  }
  const notice = elsewhere && ({code: 'acked-elsewhere', detail: elsewhere.ackedBy ?? '', at: state.now} as const)
  return {...state, acks, ...(notice ? {notice} : {})}
}
