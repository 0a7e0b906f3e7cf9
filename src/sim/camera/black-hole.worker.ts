/** Listens and never accepts: the thread blocks as soon as its sockets are up, until it is told to go. */
import {createServer} from 'node:net'
import {parentPort, workerData} from 'node:worker_threads'

export interface BlackHoleData {
  readonly endpoints: readonly {readonly host: string; readonly port: number}[]
  /** Set to 1 and notified to end the thread. */
  readonly stop: SharedArrayBuffer
}

const {endpoints, stop} = workerData as BlackHoleData

const ports = await Promise.allSettled(endpoints.map(listen))
const failed = ports.find((result) => result.status === 'rejected')
if (failed) parentPort?.postMessage({error: String((failed.reason as NodeJS.ErrnoException).code)})
else {
  parentPort?.postMessage({ports: ports.map((result) => (result.status === 'fulfilled' ? result.value : 0))})
  // The message leaves with the current turn of the loop; after it, nothing here runs again.
  setImmediate(() => {
    Atomics.wait(new Int32Array(stop), 0, 0)
    process.exit()
  })
}

function listen({host, port}: {readonly host: string; readonly port: number}): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({host, port, backlog: 1}, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}
