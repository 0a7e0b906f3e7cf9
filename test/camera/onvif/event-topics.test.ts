import {expect, test} from 'vitest'
import {stateOf} from '../../../src/camera/onvif/event-topics.ts'
import {safeText} from '../../../src/lib/safe-text.ts'
import type {Notice} from '../../../src/protocol/wsn/notification.ts'

const items = (pairs: Readonly<Record<string, string>>) =>
  Object.entries(pairs).map(([name, value]) => ({name: safeText(name), value: safeText(value)}))

const notice = (topic: string, data: Record<string, string>, source: Record<string, string> = {}): Notice => ({
  topic: safeText(topic),
  operation: 'Changed',
  source: items(source),
  data: items(data),
})

test.each([
  ['RuleEngine/CellMotionDetector/Motion', {IsMotion: 'true'}, 'motion on'],
  ['RuleEngine/CellMotionDetector/Motion', {IsMotion: '0'}, 'motion off'],
  ['VideoSource/MotionAlarm', {State: 'TRUE'}, 'motion on'],
  ['VideoSource/GlobalSceneChange/ImagingService', {State: '1'}, 'tamper on'],
  ['VideoSource/GlobalSceneChange/AnalyticsService', {State: 'false'}, 'tamper off'],
  ['RuleEngine/TamperDetector/Tamper', {IsTamper: 'true'}, 'tamper on'],
  ['VideoSource/SignalLoss', {State: 'true'}, 'video-loss on'],
  ['Device/Trigger/DigitalInput', {LogicalState: 'active'}, 'digital-input on'],
  ['Device/Trigger/DigitalInput', {Index: '7', LogicalState: 'inactive'}, 'digital-input off'],
  ['VideoSource/MotionAlarm', {Score: '17', Whatever: 'on'}, 'motion on'],
  ['VideoSource/MotionAlarm', {State: 'perhaps'}, undefined],
  ['VideoSource/MotionAlarm', {}, undefined],
  ['RuleEngine/LineDetector/Crossed', {State: 'true'}, undefined],
  ['Monitoring/OperatingTime/LastReset', {Status: 'true'}, undefined],
] as const)('%s with %j: %s', (topic, data, expected) => {
  const state = stateOf(notice(topic, data))
  expect(state && `${state.condition} ${state.active ? 'on' : 'off'}`).toBe(expected)
})

test('the part is what the camera calls it, all of its names; a property that is deleted is off', () => {
  const rule = notice(
    'RuleEngine/CellMotionDetector/Motion',
    {IsMotion: 'true'},
    {VideoSourceConfigurationToken: 'vsc_1', Rule: 'MyMotion'},
  )
  expect(stateOf(rule)).toMatchObject({source: 'vsc_1/MyMotion', active: true, initial: false})
  expect(stateOf({...rule, operation: 'Deleted'})?.active).toBe(false)
  expect(stateOf({...rule, operation: 'Initialized'})?.initial).toBe(true)
})
