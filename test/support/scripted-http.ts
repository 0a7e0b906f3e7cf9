/** An HTTP peer that answers what a test says, for what no simulated camera does. */
import {createServer, type IncomingMessage, type Server} from 'node:http'
import {createServer as createTcpServer, type Socket} from 'node:net'
import {onTestFinished} from 'vitest'
import {listening} from '../../src/net/listen.ts'

export interface Scripted {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly body: string | Buffer
}

export interface Received {
  /** Port of the client: the same as long as its connection is. */
  readonly port: number
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Answers every request by `answer`, and keeps what it got. */
export async function httpPeer(
  answer: (request: Received, index: number) => Scripted,
): Promise<{readonly xaddr: string; readonly requests: Received[]}> {
  const requests: Received[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const received = {
      port: request.socket.remotePort ?? 0,
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    }
    requests.push(received)
    const {
      status = 200,
      headers = {'content-type': 'application/soap+xml'},
      body,
    } = answer(received, requests.length - 1)
    response.writeHead(status, headers).end(body)
  })
  return {xaddr: await xaddrOf(server), requests}
}

/** Writes these bytes to whoever connects and sends something, then closes. */
export async function rawPeer(bytes: string): Promise<{readonly xaddr: string}> {
  const open = new Set<Socket>()
  const server = createTcpServer((socket) => {
    open.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('data', () => socket.end(bytes))
  })
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
  })
  return {xaddr: await xaddrOf(server as Server)}
}

async function xaddrOf(server: Server): Promise<string> {
  const port = await listening(server, '127.0.0.1', 0)
  onTestFinished(() => {
    server.closeAllConnections?.()
    server.close()
  })
  return `http://127.0.0.1:${port}/onvif/device_service`
}

/** A SOAP answer with this body. */
export function soapText(body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>${body}</s:Body></s:Envelope>`
}
