/** TLS by the real binary: a pinned platform, one whose certificate has changed, and one that an authority vouches for. */
import {rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {citywatch, newHome, start} from '../support/cli.ts'
import {selfSigned} from '../support/self-signed.ts'

const home = newHome()

async function serve(flags: readonly string[], port = '0') {
  const ports = ['--port', port, '--dc09-port', '0']
  const platform = start(home, ['platform', 'serve', ...ports, '--json', ...flags])
  const ready = JSON.parse(await platform.line((line) => line.includes('dc09Port')))
  return {platform, url: String(ready.url), fingerprint: String(ready.fingerprint)}
}

test('a pinned platform answers; when its certificate has changed every command says so and sends nothing', async () => {
  const data = join(home.folder, 'data')
  const first = await serve(['--tls-self-signed', '--data', data])
  const add = (url: string, pin: string) => citywatch(home, ['context', 'add', 'depot', url, '--fingerprint', pin])
  expect(await add(first.url.replace('https', 'http'), first.fingerprint)).toMatchObject({exitCode: 2})
  expect(await add(first.url, 'AB:CD')).toMatchObject({exitCode: 2})
  expect(await add(first.url, first.fingerprint)).toMatchObject({exitCode: 0})
  const status = () => citywatch(home, ['platform', 'status', '--context', 'depot', '--json'])
  expect((await status()).json()).toMatchObject({url: first.url, head: 0})
  const unpinned = await citywatch(home, ['platform', 'status', '--platform', first.url])
  expect([unpinned.exitCode, unpinned.stderr]).toEqual([4, expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT')])
  const byVariable = {env: {CITYWATCH_FINGERPRINT: first.fingerprint}}
  expect(await citywatch(home, ['alarm', 'list', '--platform', first.url], byVariable)).toMatchObject({exitCode: 0})
  await first.platform.stop()

  rmSync(join(data, 'tls.pem'))
  const second = await serve(['--tls-self-signed', '--data', data], new URL(first.url).port)
  expect(second.url).toBe(first.url)
  const refused = await status()
  expect([refused.exitCode, refused.stderr]).toEqual([4, expect.stringContaining(second.fingerprint)])
  expect(refused.json()).toMatchObject({error: {code: 'CW_CERTIFICATE', exit: 4}})
  await second.platform.stop()
})

test('a certificate of files is checked as usual: taken when its authority is trusted, refused else', async () => {
  const {cert, key} = selfSigned()
  const [certFile, keyFile] = [join(home.folder, 'cert.pem'), join(home.folder, 'key.pem')]
  writeFileSync(certFile, cert)
  writeFileSync(keyFile, key)
  const data = ['--data', join(home.folder, 'files')]
  const alone = await citywatch(home, ['platform', 'serve', '--tls-cert', certFile, ...data])
  expect([alone.exitCode, alone.stderr]).toEqual([2, expect.stringContaining('go together')])
  const {platform, url} = await serve(['--tls-cert', certFile, '--tls-key', keyFile, ...data])
  const status = (env: Record<string, string>) => citywatch(home, ['platform', 'status', '--platform', url], {env})
  expect(await status({NODE_EXTRA_CA_CERTS: certFile})).toMatchObject({exitCode: 0})
  expect(await status({})).toMatchObject({exitCode: 4})
  await platform.stop()
})

test('on every address without TLS it warns, and without a token it still refuses', async () => {
  const token = join(home.folder, 'token')
  writeFileSync(token, 'a-token-of-some-length')
  const args = ['--host', '0.0.0.0', '--data', join(home.folder, 'open')]
  const warned = start(home, ['platform', 'serve', '--port', '0', '--dc09-port', '0', ...args, '--token-file', token])
  await warned.note((line) => line.includes('HTTP in clear'))
  await warned.stop()
  const refused = await citywatch(home, ['platform', 'serve', ...args, '--tls-self-signed'])
  expect([refused.exitCode, refused.stderr]).toEqual([4, expect.stringContaining('without authentication')])
})
