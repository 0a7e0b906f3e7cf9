/** What a write will surely ask the database for, so that a batch needs one question. What is missing here is asked for later. */
import {alarmKey} from '../../../alarm/lifecycle.ts'
import {keyOf} from '../book/events.ts'
import type {Write} from '../book/write.ts'
import type {EventsWrite, SignalWrite} from '../port.ts'
import {deviceName, Wants} from './facts.ts'

export function wantsOf(batch: readonly Write[]): Wants {
  const wants = new Wants()
  for (const write of batch) hint(wants, write)
  return wants
}

function hint(wants: Wants, write: Write): void {
  if (write.by?.note !== undefined) wants.auditTail = true
  switch (write.type) {
    case 'signal':
      hintSignal(wants, write)
      return
    case 'events':
      hintEvents(wants, write)
      return
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
      return
    case 'access':
      wants.access = true
  }
}

function hintSignal(wants: Wants, {signal, meaning, message}: SignalWrite): void {
  if (message !== undefined) wants.heard.add(message)
  wants.panels.add(signal.account)
  wants.openAlarms.add(alarmKey(signal, meaning))
  wants.accountWindows.add(signal.account)
}

function hintEvents(wants: Wants, {items}: EventsWrite): void {
  for (const item of items) {
    wants.seen.add(keyOf(item.type === 'event' ? item.event : item.via))
    if (item.type === 'signal') hintSignal(wants, item.write)
  }
}
