import {chmodSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {keyOf, keysOf} from '../../src/cli/panel-keys.ts'
import {tempFolder} from '../support/temp-folder.ts'

function file(text: string, mode = 0o600): string {
  const path = join(tempFolder(), 'panel.keys')
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}
const silent = (text: string) => expect.unreachable(text)
const HEX = '000102030405060708090A0B0C0D0E0F'

test.each([
  ['lines', `# panels of the north\n1234 hex ${HEX}\n\n  ab12\tascii  sixteen chars ok\r\n`],
  ['JSON', JSON.stringify({1234: {form: 'hex', key: HEX}, ab12: {form: 'ascii', key: 'sixteen chars ok'}})],
])('keys: a file of %s', async (_, text) => {
  const keys = await keysOf(file(text), silent)
  const shown = [...keys].map(([account, key]) => [account, key.bits, Buffer.from(key.reveal()).toString('latin1')])
  expect(shown).toEqual([
    ['1234', 128, Buffer.from(HEX, 'hex').toString('latin1')],
    ['AB12', 128, 'sixteen chars ok'],
  ])
})

test.each([
  ['a key too short', '1234 hex CANARY', 'line 1, key (hex)'],
  ['a key in the other form', '1234 ascii CANARYCANARYCANARYCANARY!', 'line 1, key (ascii)'],
  ['no form', '1234 CANARYCANARYCANA', 'ACCOUNT hex|ascii KEY'],
  ['an unknown form', '\n1234 base64 CANARYCANARYCANA', 'line 2'],
  ['an account that is none', 'CANARY-CANARY-CANARY hex 00', '3 to 16 hex digits'],
  ['an account twice', `1234 hex ${HEX}\n1234 ascii CANARYCANARYCANA`, 'account 1234 again'],
  ['broken JSON', '{"1234": {"form": "ascii", "key": "CANARY', 'broken JSON'],
  ['JSON without a key', '{"1234": "CANARY"}', '"key"'],
  ['nothing', '# nothing\n', 'empty'],
])('keys: %s is refused by its place, without its text', async (_, text, said) => {
  const message = await keysOf(file(text), silent).catch((error: Error) => error.message)
  expect(message).toContain('CW_BAD_VALUE')
  expect(String(message).replaceAll('\\"', '"')).toContain(said)
  expect(message).not.toContain('CANARY')
})

test('keys: a missing file and one that is too large are named', async () => {
  await expect(keysOf(join(tempFolder(), 'none'), silent)).rejects.toThrow('CW_FILE_NOT_FOUND')
  await expect(keysOf(tempFolder(), () => {})).rejects.toThrow('CW_IO')
  await expect(keysOf(file('x'.repeat(1024 * 1024 + 1)), silent)).rejects.toThrow('CW_TOO_LARGE')
})

test.skipIf(process.platform === 'win32')('keys: a file that others can read is warned of', async () => {
  const path = file(`1234 hex ${HEX}`, 0o644)
  const warnings: string[] = []
  await keysOf(path, (text) => warnings.push(text))
  expect(warnings).toEqual([`${path} can be read by others: chmod 600 ${path}`])
})

test('key: its form is asked for, and an impossible length says what would fit', async () => {
  const path = file('CANARYCANARYCANA\n')
  await expect(keyOf({'key-file': path}, silent)).rejects.toThrow('CW_USAGE')
  const wrong = await keyOf({'key-file': path, 'key-form': 'hex'}, silent).catch((error: Error) => error.message)
  expect(wrong).toContain('as ascii it would be a 128-bit key')
  expect(wrong).not.toContain('CANARY')
  expect((await keyOf({'key-file': path, 'key-form': 'ascii'}, silent))?.bits).toBe(128)
  expect(await keyOf({}, silent)).toBeUndefined()
})
