/** What a write will surely ask the database for, so that a batch needs one question. What is missing here is asked for later. */
import {asksSignals} from '../../../alarm/handoff-grounds.ts'
import type {HandoffRules} from '../../../alarm/handoff-rules.ts'
import {alarmKey} from '../../../alarm/lifecycle.ts'
<<<<<<< HEAD
||||||| parent of b2d3c5a (life)
import {keyOf} from '../book/events.ts'
=======
import {keyOf} from '../book/events.ts'
import {MAX_AROUND} from '../book/handoffs.ts'
>>>>>>> b2d3c5a (life)
import type {Write} from '../book/write.ts'
<<<<<<< HEAD
import {type AdoptWrite, KEPT_CHILD, KEPT_CHILD_ALARM} from '../child.ts'
import type {EventsWrite, SignalWrite, SupervisionWrite} from '../port.ts'
import {deviceName, keptName, Wants} from './facts.ts'
||||||| parent of b2d3c5a (life)
import type {EventsWrite, SignalWrite} from '../port.ts'
import {deviceName, Wants} from './facts.ts'
=======
import type {EventsWrite, SignalWrite} from '../port.ts'
import {alarmsName, deviceName, handoffsName, Wants} from './facts.ts'
>>>>>>> b2d3c5a (life)

export function wantsOf(batch: readonly Write[], rules: HandoffRules): Wants {
  const wants = new Wants()
  for (const write of batch) hint(wants, write, rules)
  return wants
}

<<<<<<< HEAD
function hint(wants: Wants, write: Write): void {
  if (write.by?.note !== undefined) wants.auditTail = true
||||||| parent of b2d3c5a (life)
function hint(wants: Wants, write: Write): void {
=======
function hint(wants: Wants, write: Write, rules: HandoffRules): void {
>>>>>>> b2d3c5a (life)
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
  }
}

<<<<<<< HEAD
function hintSignal(wants: Wants, {signal, meaning}: SignalWrite): void {
||||||| parent of b2d3c5a (life)
function hintSignal(wants: Wants, {signal, meaning, message}: SignalWrite): void {
  if (message !== undefined) wants.heard.add(message)
=======
function hintSignal(wants: Wants, {signal, meaning, message, at}: SignalWrite, rules: HandoffRules): void {
  if (message !== undefined) wants.heard.add(message)
>>>>>>> b2d3c5a (life)
  wants.panels.add(signal.account)
  wants.openAlarms.add(alarmKey(signal, meaning))
  wants.accountWindows.add(signal.account)
  wants.accountMasks.add(signal.account)
  if (signal.qualifier === 'restore' || !asksSignals(rules, meaning)) return
  wants.accountHandoffs.add(handoffsName(signal.account, at - rules.sameIncidentMs))
  wants.accountAlarms.add(alarmsName(signal.account, at - rules.longestMs, MAX_AROUND))
}

<<<<<<< HEAD
function hintEvents(wants: Wants, {items}: EventsWrite): void {
  for (const item of items) if (item.type === 'signal') hintSignal(wants, item.write)
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
||||||| parent of b2d3c5a (life)
function hintEvents(wants: Wants, {items}: EventsWrite): void {
  for (const item of items) {
    wants.seen.add(keyOf(item.type === 'event' ? item.event : item.via))
    if (item.type === 'signal') hintSignal(wants, item.write)
=======
function hintEvents(wants: Wants, {items}: EventsWrite, rules: HandoffRules): void {
  for (const item of items) {
    wants.seen.add(keyOf(item.type === 'event' ? item.event : item.via))
    if (item.type === 'signal') hintSignal(wants, item.write, rules)
>>>>>>> b2d3c5a (life)
  }
}
