/** What a write will surely ask the database for, so that a batch needs one question. What is missing here is asked for later. */
import {asksSignals} from '../../../alarm/handoff-grounds.ts'
import type {HandoffRules} from '../../../alarm/handoff-rules.ts'
import {alarmKey} from '../../../alarm/lifecycle.ts'
import {keyOf} from '../book/events.ts'
import {MAX_AROUND} from '../book/handoffs.ts'
import type {Write} from '../book/write.ts'
import type {EventsWrite, SignalWrite} from '../port.ts'
import {alarmsName, deviceName, handoffsName, Wants} from './facts.ts'

export function wantsOf(batch: readonly Write[], rules: HandoffRules): Wants {
  const wants = new Wants()
  for (const write of batch) hint(wants, write, rules)
  return wants
}

function hint(wants: Wants, write: Write, rules: HandoffRules): void {
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
    case 'ontest-time':
      wants.allWindows = true
  }
}

function hintSignal(wants: Wants, {signal, meaning, message, at}: SignalWrite, rules: HandoffRules): void {
  if (message !== undefined) wants.heard.add(message)
  wants.panels.add(signal.account)
  wants.openAlarms.add(alarmKey(signal, meaning))
  wants.accountWindows.add(signal.account)
  wants.accountMasks.add(signal.account)
  if (signal.qualifier === 'restore' || !asksSignals(rules, meaning)) return
  wants.accountHandoffs.add(handoffsName(signal.account, at - rules.sameIncidentMs))
  wants.accountAlarms.add(alarmsName(signal.account, at - rules.longestMs, MAX_AROUND))
}

function hintEvents(wants: Wants, {items}: EventsWrite, rules: HandoffRules): void {
  for (const item of items) {
    wants.seen.add(keyOf(item.type === 'event' ? item.event : item.via))
    if (item.type === 'signal') hintSignal(wants, item.write, rules)
  }
}
