/** Ports where connecting neither succeeds nor fails, as with a host that has no power. */
import {connect, type Socket} from 'node:net'
import {Worker} from 'node:worker_threads'
import {bindError} from '../../net/listen.ts'
import {workerUrl} from '../../net/worker-url.ts'
import type {BlackHoleData} from './black-hole.worker.ts'

/**
 * Connections that fill a listener whose queue holds one: the kernel then drops every further SYN, as it would for an
 * address where nobody is. True of Linux; elsewhere a full queue refuses, and the camera looks `refused` rather than dead.
 */
const FILL = 3

export interface BlackHole {
  /** In the order of the endpoints: the port asked for, or the system's choice for 0. */
  readonly ports: readonly number[]
  close(): Promise<void>
}

/** Throws CW_PORT_IN_USE or CW_IO. */
export async function openBlackHole(endpoints: BlackHoleData['endpoints']): Promise<BlackHole> {
  if (endpoints.length === 0) return {ports: [], close: async () => {}}
  const stop = new SharedArrayBuffer(4)
  const worker = new Worker(workerUrl('sim/camera/black-hole.worker'), {
    workerData: {endpoints, stop} satisfies BlackHoleData,
  })
  const ports = await portsOf(worker, endpoints).catch(async (error: unknown) => {
    await worker.terminate() // some of its ports may be open
    throw error
  })
  const fillers = ports.flatMap((port, index) => fill(endpoints[index]?.host ?? '', port))
  await Promise.all(fillers.map(({settled}) => settled))
  return {
    ports,
    async close() {
      for (const {socket} of fillers) socket.destroy()
      const gone = new Promise((resolve) => worker.once('exit', resolve))
      Atomics.store(new Int32Array(stop), 0, 1)
      Atomics.notify(new Int32Array(stop), 0)
      await gone
    },
  }
}

function portsOf(worker: Worker, [first]: BlackHoleData['endpoints']): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', (answer: {ports: readonly number[]} | {error: string}) => {
      if ('ports' in answer) resolve(answer.ports)
      else
        reject(
          bindError(Object.assign(new Error(answer.error), {code: answer.error}), first?.host ?? '', first?.port ?? 0),
        )
    })
  })
}

/** The connections that take up a listener's queue. Each is settled once it is in the queue or, being one too many, waits. */
function fill(host: string, port: number): {socket: Socket; settled: Promise<void>}[] {
  return Array.from({length: FILL}, (_, index) => {
    const socket = connect({host, port}).unref()
    const waits = index === FILL - 1
    const settled = new Promise<void>((resolve) => {
      if (waits) resolve()
      socket.once('connect', () => resolve())
      socket.once('error', () => resolve())
    })
    return {socket, settled}
  })
}
