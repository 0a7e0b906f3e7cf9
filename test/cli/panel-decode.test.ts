import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {decodedFields, refusalLine} from '../../src/cli/panel-decode.ts'
import {tempFolder} from '../support/temp-folder.ts'

const NOW = Date.UTC(2026, 10, 23, 10, 20, 30)
const OLD = String.raw`\nF2EA003B"SIA-DCS"1667L0#0000[#0000|Nri0/RP0000]_12:44:06,12-22-2021\r`
const SEALED = String.raw`\n2BFC0076"*SIA-DCS"0008L0#1234[2B521ADC867E0D2F0D373D87BD4C2D3B8A5199AD3895566083A5D46C2FBA4F100B51EE8A2599DB4F62663E4B0B3615C5\r`
const silent = (text: string) => expect.unreachable(text)
const verdictOn = async (frame: string, flags: Parameters<typeof decodedFields>[1] = {}) =>
  refusalLine(await decodedFields(frame, flags, NOW, silent))

test('decode: an old frame is fine, unless it is said when it came', async () => {
  expect(await verdictOn(OLD)).toBeUndefined()
  expect(await verdictOn(OLD, {at: '2021-12-22T12:44:20Z'})).toBeUndefined()
  expect(await verdictOn(OLD, {at: 'now'})).toBe(
    'a receiver should refuse it: time: expected about 10:20:30,11-23-2026, got _12:44:06,12-22-2021 (the clock was never set)',
  )
  await expect(verdictOn(OLD, {at: 'yesterday'})).rejects.toThrow('CW_BAD_VALUE')
})

test('decode: the key opens it; in the wrong form the right one is named, and the key is not shown', async () => {
  const path = join(tempFolder(), 'panel.key')
  writeFileSync(path, 'ABCDABCDABCDABCD\n', {mode: 0o600})
  expect(await verdictOn(SEALED, {'key-file': path, 'key-form': 'ascii'})).toBeUndefined()
  writeFileSync(path, '41424344414243444142434441424344\n')
  const wrongForm = await verdictOn(SEALED, {'key-file': path, 'key-form': 'ascii'})
  expect(wrongForm).toContain('the key is right in its other form')
  expect(wrongForm).not.toContain('41424344')
})
