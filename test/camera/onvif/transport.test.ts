import {once} from 'node:events'
import {createServer} from 'node:http'
import {createServer as createTlsServer} from 'node:https'
import type {AddressInfo} from 'node:net'
import {expect, onTestFinished, test} from 'vitest'
import {causeOf} from '../../support/device-failure.ts'
import {onvifCamera, sessionWith} from '../../support/onvif-cameras.ts'
import {httpPeer, soapText} from '../../support/scripted-http.ts'
import {selfSigned} from '../../support/self-signed.ts'

const HOSTNAME = soapText(
  '<GetHostnameResponse><HostnameInformation><Name>a</Name></HostnameInformation></GetHostnameResponse>',
)
const SET = soapText('<SetHostnameResponse/>')

/** Takes one request on each connection and drops the next one unanswered. Returns the requests by connection. */
async function droppingPeer(): Promise<{readonly xaddr: string; readonly connections: string[][]}> {
  const connections: string[][] = []
  const bySocket = new Map<object, string[]>()
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const seen = bySocket.get(request.socket)!
    const name = /<(?:Get|Set)Hostname/.exec(Buffer.concat(chunks).toString())?.[0].slice(1) ?? ''
    seen.push(name)
    if (seen.length > 1) request.socket.destroy()
    else response.writeHead(200, {'content-type': 'text/xml'}).end(name === 'SetHostname' ? SET : HOSTNAME)
  })
  server.on('connection', (socket) => {
    const seen: string[] = []
    bySocket.set(socket, seen)
    connections.push(seen)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {xaddr: `http://127.0.0.1:${(server.address() as AddressInfo).port}/onvif/device_service`, connections}
}

test('onvif transport: a question that was dropped with a kept connection is asked again on a new one', async () => {
  const peer = await droppingPeer()
  const session = sessionWith(peer)
  expect([await session.hostname(), await session.hostname()]).toEqual(['a', 'a'])
  expect(peer.connections).toEqual([['GetHostname', 'GetHostname'], ['GetHostname']])
})

test('onvif transport: a change that was dropped is never sent again', async () => {
  const peer = await droppingPeer()
  const session = sessionWith(peer)
  await session.hostname()
  expect(await causeOf(session.setHostname('b'))).toBe('reset')
  expect(peer.connections.flat()).toEqual(['GetHostname', 'SetHostname'])
})

test('onvif transport: one connection serves the whole session', async () => {
  const peer = await httpPeer(() => ({body: HOSTNAME}))
  const session = sessionWith(peer)
  await Promise.all(Array.from({length: 20}, () => session.hostname()))
  expect(new Set(peer.requests.map(({port}) => port)).size).toBe(1)
})

test('onvif transport: a service that a camera places elsewhere is asked on the camera, and nowhere else', async () => {
  const canary = await httpPeer(() => ({body: ''}))
  const media = canary.xaddr.replace('device_service', 'media?x=1')
  const peer = await httpPeer(({body}) => ({
    body: body.includes('GetServices')
      ? soapText(`<GetServicesResponse><Service><Namespace>http://www.onvif.org/ver10/media/wsdl</Namespace><XAddr>${media}</XAddr></Service></GetServicesResponse>`)
      : soapText('<GetProfilesResponse><Profiles token="1"/></GetProfilesResponse>'),
  })) // biome-ignore format: one message a line
  expect(await sessionWith(peer).profiles()).toEqual([{token: '1', name: '1'}])
  expect([canary.requests.length, peer.requests.map(({path}) => path)]).toEqual([
    0,
    ['/onvif/device_service', '/onvif/media?x=1'],
  ])
})

test('onvif transport: services without a usable address are passed over, and a bare path is one', async () => {
  const service = (name: string, xaddr: string) =>
    `<Service><Namespace>http://www.onvif.org/${name}/wsdl</Namespace><XAddr>${xaddr}</XAddr></Service>`
  const services = [
    service('ver10/device', ''),
    service('ver10/events', 'soap.udp://x'),
    service('ver20/media', '/onvif/media2'),
  ]
  const peer = await httpPeer(() => ({
    body: soapText(`<GetServicesResponse>${services.join('')}</GetServicesResponse>`),
  }))
  expect(await sessionWith(peer).services()).toEqual([
    {name: 'media2', path: '/onvif/media2', advertised: peer.xaddr.replace('device_service', 'media2'), foreign: false},
  ])
})

test('onvif transport: a camera that knows only GetCapabilities is asked for those', async () => {
  const peer = await httpPeer(({body}) =>
    body.includes('GetServices')
      ? {status: 500, body: soapText('<Fault><Code><Value>s:Receiver</Value><Subcode><Value>ter:ActionNotSupported</Value></Subcode></Code></Fault>')}
      : {body: soapText('<GetCapabilitiesResponse><Capabilities><Media><XAddr>http://127.0.0.1/m</XAddr></Media></Capabilities></GetCapabilitiesResponse>')},
  ) // biome-ignore format: one message a line
  expect(await sessionWith(peer).services()).toMatchObject([{name: 'media', path: '/m'}])
})

test('onvif transport: a certificate that signs itself is refused, and named', async () => {
  const server = createTlsServer(selfSigned(), (_, response) => response.end())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const xaddr = `https://127.0.0.1:${(server.address() as AddressInfo).port}/onvif/device_service`
  expect(await causeOf(sessionWith({xaddr}).clock())).toBe('tls-untrusted')
})

test('onvif transport: a session that is closed leaves no connection behind', async () => {
  const camera = await onvifCamera({fault: 'silent'})
  const session = sessionWith(camera, {timeoutMs: 3_600_000})
  const cause = session.clock().then(
    () => 'done',
    () => 'over',
  )
  await session.close()
  expect(await cause).toBe('over')
})
