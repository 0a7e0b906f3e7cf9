/** What a write will surely ask the database for, so that a batch needs one question. What is missing here is asked for later. */
import {asksSignals} from '../../../alarm/handoff-grounds.ts'
import type {HandoffRules} from '../../../alarm/handoff-rules.ts'
import {alarmKey} from '../../../alarm/lifecycle.ts'
import type {LeaseId} from '../../../model/job.ts'
import {MAX_AROUND} from '../book/handoffs.ts'
import {MAX_AHEAD_MS} from '../book/jobs.ts'
import {KEPT_LOGIN} from '../book/logins.ts'
import {KEPT_SCHEDULE} from '../book/schedules.ts'
import type {Write} from '../book/write.ts'
import type {QueueWrite} from '../book/write-jobs.ts'
import {type AdoptWrite, KEPT_CHILD, KEPT_CHILD_ALARM} from '../child.ts'
import type {ClaimWrite, EventsWrite, SignalWrite, SupervisionWrite} from '../port.ts'
import {type DueWant, deviceName, keptName, taskName, Wants} from './facts.ts'
import {alarmsName, handoffsName} from './life-names.ts'

export function wantsOf(batch: readonly Write[], rules: HandoffRules): Wants {
  const wants = new Wants()
  for (const write of batch) hint(wants, write, rules)
  return wants
}

function hint(wants: Wants, write: Write, rules: HandoffRules): void {
  if (write.by?.note !== undefined) wants.auditTail = true
  switch (write.type) {
    case 'signal':
      hintSignal(wants, write, rules)
      return
    case 'events':
      hintEvents(wants, write, rules)
      return
    case 'mask-time':
      wants.allMasks = true
      return
    case 'mask-end':
      wants.masks.add(write.request.id)
      return
    case 'handoff-hand':
      wants.alarms.add(write.request.alarm)
      return
    case 'handoff-answer':
    case 'handoff-drop':
      wants.handoffs.add(write.request.id)
      return
    case 'act':
    case 'ack':
      wants.alarms.add(write.request.id)
      return
    case 'devices':
    case 'devices-plan':
      for (const device of write.batch.devices) {
        wants.devices.add(deviceName(device.kind, device.key))
        if (device.kind === 'panel') wants.panels.add(device.account)
      }
      return
    case 'ontest-start':
      wants.panels.add(write.request.account)
      wants.accountWindows.add(write.request.account)
      return
    case 'ontest-extend':
    case 'ontest-end':
      wants.windows.add(write.request.id)
      return
    case 'adopt':
      hintAdopted(wants, write)
      return
    case 'supervision':
      hintSupervision(wants, write)
      return
    case 'supervision-tests':
      wants.missingOnTest = true
      wants.untoldOutages = true
      return
    case 'ontest-time':
      wants.allWindows = true
      return
    case 'access':
      wants.access = true
      return
    default:
      if (/^(?:job|schedule)-/.test(write.type)) hintJobs(wants, write as QueueWrite)
  }
}

function hintJobs(wants: Wants, write: QueueWrite): void {
  switch (write.type) {
    case 'job-create':
      wants.lastJob = true
      return
    case 'job-claim':
      for (const kind of write.kinds) wants.due.set(kind, grown(wants.due.get(kind), write))
      return
    case 'job-renew':
    case 'job-release':
      hintTasks(wants, write.leases)
      return
    case 'job-results':
      hintTasks(wants, [...write.done, ...write.failed])
      return
    case 'job-forget':
      wants.lastJob = true
      wants.jobs.add(write.id)
      return
    case 'schedule-turn':
      wants.lastJob = true
      wants.kept.add(keptName(KEPT_SCHEDULE, write.name))
      return
    case 'schedule-put':
    case 'schedule-drop':
    case 'schedule-hurry':
      wants.kept.add(keptName(KEPT_SCHEDULE, write.name))
      return
    case 'job-logins':
      for (const {device} of [...write.settled, ...write.asked]) wants.kept.add(keptName(KEPT_LOGIN, device))
      return
    default:
      wants.jobs.add(write.id)
  }
}

function hintTasks(wants: Wants, ids: readonly LeaseId[]): void {
  for (const id of ids) {
    wants.jobs.add(id.job)
    wants.tasks.add(taskName(id))
  }
}

/** For all claims of a batch together. */
function grown(before: DueWant | undefined, {at, max}: ClaimWrite): DueWant {
  const ahead = at + MAX_AHEAD_MS
  if (before === undefined) return {now: at, ahead, limit: max}
  return {now: Math.max(before.now, at), ahead: Math.min(before.ahead, ahead), limit: before.limit + max}
}

function hintSignal(wants: Wants, {signal, meaning, at}: SignalWrite, rules: HandoffRules): void {
  wants.panels.add(signal.account)
  wants.openAlarms.add(alarmKey(signal, meaning))
  wants.accountWindows.add(signal.account)
  wants.accountMasks.add(signal.account)
  if (signal.qualifier === 'restore' || !asksSignals(rules, meaning)) return
  wants.accountHandoffs.add(handoffsName(signal.account, at - rules.sameIncidentMs))
  wants.accountAlarms.add(alarmsName(signal.account, at - rules.longestMs, MAX_AROUND))
}

function hintEvents(wants: Wants, {items}: EventsWrite, rules: HandoffRules): void {
  for (const item of items) if (item.type === 'signal') hintSignal(wants, item.write, rules)
}

function hintAdopted(wants: Wants, {child, entries}: AdoptWrite): void {
  wants.kept.add(keptName(KEPT_CHILD, child))
  for (const entry of entries) {
    if ('alarm' in entry && entry.alarm) wants.kept.add(keptName(KEPT_CHILD_ALARM, `${child}/${entry.alarm.id}`))
  }
}

function hintSupervision(wants: Wants, {items, announces}: SupervisionWrite): void {
  wants.allWindows = true
  wants.untoldOutages ||= announces
  for (const {kind, id, group} of items) {
    wants.missing.add(keptName(kind, id))
    if (group !== undefined) wants.outages.add(group)
    else if (kind === 'panel') wants.panels.add(id)
    else wants.devices.add(deviceName(kind, id))
  }
}
