/** The line to PostgreSQL: encrypted as it was asked for, and given up when it does not answer. */
import {writeFileSync} from 'node:fs'
import {connect, createServer} from 'node:net'
import {join} from 'node:path'
import {describe, expect, onTestFinished, test} from 'vitest'
import {openLink} from '../../../../src/platform/store/postgres/link.ts'
import {parsePostgresUrl} from '../../../../src/platform/store/postgres/target.ts'
import {postgresMissing, testServer} from '../../../support/postgres.ts'
import {tempFolder} from '../../../support/temp-folder.ts'

describe.skipIf(postgresMissing)(postgresMissing ?? 'the line to PostgreSQL', () => {
  const server = testServer()
  const open = (query: string, host = '127.0.0.1') =>
    openLink(parsePostgresUrl(server().url('postgres').replace('127.0.0.1', host) + query), 'test')
  const authority = () => {
    const file = join(tempFolder(), 'root.pem')
    writeFileSync(file, server().certificate ?? '')
    return file
  }

  test.each([
    ['?sslmode=disable', false],
    ['?sslmode=require', true],
  ])('%s', async (query, encrypted) => {
    if (server().certificate === undefined) return // whether that server encrypts is its own affair
    const link = await open(query)
    const {rows} = await link.run('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')
    expect(rows).toEqual([{ssl: encrypted}])
    await link.close()
  })

  test('verify-full takes the certificate of the authority that was named, for the host that was asked for', async (context) => {
    if (server().certificate === undefined) return context.skip('the server has a certificate of its own')
    const link = await open(`?sslmode=verify-full&sslrootcert=${authority()}`)
    expect((await link.run('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')).rows).toEqual([{ssl: true}])
    await link.close()
    await expect(open('?sslmode=verify-full')).rejects.toMatchObject({name: 'ConnectionLost'})
    const other = open(`?sslmode=verify-full&sslrootcert=${authority()}`, 'localhost')
    await expect(other).rejects.toMatchObject({message: expect.stringContaining('localhost')})
  })

  test('a line that falls silent is given up, and everything that waits on it with it', async () => {
    const target = new URL(server().url('postgres'))
    let silent = false
    const listener = createServer((client) => {
      const upstream = connect(Number(target.port), target.hostname)
      for (const socket of [client, upstream]) socket.on('error', () => {})
      client.on('data', (chunk) => silent || upstream.write(chunk))
      upstream.on('data', (chunk) => client.write(chunk))
      client.once('close', () => upstream.destroy())
    })
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void listener.close())
    const address = listener.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const through = server().url('postgres').replace(`:${target.port}/`, `:${port}/`)
    const link = await openLink(parsePostgresUrl(through), 'test')
    const lost = new Promise<void>((resolve) => link.onLost(resolve))
    silent = true
    const answers = await Promise.allSettled([link.run('SELECT 1', 50), link.ask({text: 'SELECT 2'})])
    expect(answers.map((answer) => answer.status === 'rejected' && answer.reason.name)).toEqual([
      'ConnectionLost',
      'ConnectionLost',
    ])
    await lost
    expect(link.lost).toBe(true)
    await expect(link.run('SELECT 3')).rejects.toMatchObject({name: 'ConnectionLost'})
  })

  test('of several hosts the first that answers is used', async () => {
    const {host} = new URL(server().url('postgres'))
    const url = server().url('postgres').replace(host, `127.0.0.1:1,${host}`)
    const link = await openLink(parsePostgresUrl(url), 'test')
    expect((await link.run('SELECT 1 AS one')).rows).toEqual([{one: 1}])
    await link.close()
  })
})
