import {expect, test} from 'vitest'
import {type Declared, differencesOf, differenceWords} from '../../src/camera/differences.ts'
import {safeText} from '../../src/lib/safe-text.ts'
import type {MeasuredStream, StreamFacts} from '../../src/model/probe.ts'

const measured: MeasuredStream = {
  ...{forMs: 5_000, pictures: 125, damaged: 0, frameRate: 25, keyFrameIntervalMs: 2_000, keyFrameIntervalPictures: 50},
  ...{bitRate: 2_000_000, jitterMs: 1, longestGapMs: 45, reordered: 0, duplicates: 0},
}
const facts: StreamFacts = {
  ...{codec: safeText('H264'), width: 1920, height: 1080, transport: 'tcp', packets: 100, lost: 0, measured},
}

// What is declared → what differs from 1920×1080 H.264, 25/s, a key frame in 50 pictures, 2,000 kbit/s.
test.each<[string, Omit<Declared, 'by'>, string]>([
  ['nothing', {}, ''],
  ['all as it is', {codec: 'h264', width: 1920, height: 1080, frameRate: 25, bitRateKbps: 2_000, groupLength: 50}, ''],
  ['another codec', {codec: 'H265'}, 'codec H265 declared (onvif), H264 measured'],
  ['another size', {width: 1280, height: 720}, 'size 1280×720 declared (onvif), 1920×1080 measured'],
  ['a size without what fills up its last block', {width: 1920, height: 1072}, ''],
  [
    'a size that is a little larger',
    {width: 1920, height: 1088},
    'size 1920×1088 declared (onvif), 1920×1080 measured',
  ],
  ['a size of nothing', {width: 0, height: 0}, ''],
  ['nearly the pace', {frameRate: 30}, ''],
  ['a faster pace', {frameRate: 50}, 'frame-rate 50/s declared (onvif), 25/s measured'],
  ['a slower pace', {frameRate: 12}, 'frame-rate 12/s declared (onvif), 25/s measured'],
  ['a limit that is kept', {bitRateKbps: 8_192}, ''],
  ['a limit that is passed a little', {bitRateKbps: 1_500}, ''],
  ['a limit that is not kept', {bitRateKbps: 1_024}, 'bit-rate 1024 kbit/s declared (onvif), 2000 kbit/s measured'],
  ['longer groups', {groupLength: 100}, ''],
  ['shorter groups', {groupLength: 25}, 'key-frame-interval 25 pictures declared (onvif), 50 pictures measured'],
])('declared and measured: %s', (_name, declared, words) => {
  expect(differenceWords(differencesOf([{by: 'onvif', ...declared}], facts))).toBe(words)
})

test.each([
  ['MPV4-ES', 'MP4V-ES'],
  ['MPEG4', 'MP4V-ES'],
  ['HEVC', 'H265'],
  ['MJPEG', 'JPEG'],
])('declared and measured: %s is another name of %s', (codec, name) => {
  expect(differencesOf([{by: 'onvif', codec}], {...facts, codec: safeText(name)})).toEqual([])
})

test('declared and measured: what was not measured is not compared, and both declarations are', () => {
  const {measured: _none, width: _w, height: _h, ...bare} = facts
  const declared = {width: 640, height: 360, frameRate: 5, groupLength: 1, bitRateKbps: 1}
  expect(differencesOf([{by: 'onvif', ...declared}], bare)).toEqual([])
  const both = [{by: 'onvif', frameRate: 5} as const, {by: 'sdp', width: 640, height: 360} as const]
  expect(differenceWords(differencesOf(both, facts))).toBe(
    'frame-rate 5/s declared (onvif), 25/s measured; size 640×360 declared (sdp), 1920×1080 measured',
  )
})
