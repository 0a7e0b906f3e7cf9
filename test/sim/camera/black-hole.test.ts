import {connect} from 'node:net'
import {expect, test} from 'vitest'
import {isCitywatchError} from '../../../src/lib/errors.ts'
import {openBlackHole} from '../../../src/sim/camera/black-hole.ts'

/** What becomes of a connection attempt by the time another address has answered with a refusal. */
async function attempt(host: string, port: number): Promise<string> {
  const socket = connect({host, port})
  const outcome = new Promise<string>((resolve) => {
    socket.once('connect', () => resolve('connected'))
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'))
  })
  // The refusal of a closed port travels the same way: what has not answered by then does not answer.
  const yardstick = Array.from({length: 20}, () => refusal(host))
  const result = await Promise.race([outcome, Promise.all(yardstick).then(() => 'silence')])
  socket.destroy()
  return result
}

function refusal(host: string): Promise<void> {
  return new Promise((resolve) => {
    connect({host, port: 1}).once('error', () => resolve())
  })
}

test.skipIf(process.platform !== 'linux')('a camera without power neither accepts nor refuses', async () => {
  const endpoints = [1, 2, 3].map((last) => ({host: `127.19.7.${last}`, port: 0}))
  const hole = await openBlackHole(endpoints)
  try {
    for (const [index, {host}] of endpoints.entries())
      expect(await attempt(host, hole.ports[index] ?? 0)).toBe('silence')
  } finally {
    await hole.close()
  }
  // A process that is just being started may hold the port a moment longer: it is asked until that has let go.
  let answer = ''
  while (answer !== 'ECONNREFUSED') answer = await attempt('127.19.7.1', hole.ports[0] ?? 0)
})

test.skipIf(process.platform !== 'linux')('a black hole on a port that is taken is refused by name', async () => {
  const hole = await openBlackHole([{host: '127.19.7.9', port: 0}])
  try {
    const again = openBlackHole([{host: '127.19.7.9', port: hole.ports[0] ?? 0}])
    await expect(again).rejects.toSatisfy((error) => isCitywatchError(error, 'CW_PORT_IN_USE'))
  } finally {
    await hole.close()
  }
})
