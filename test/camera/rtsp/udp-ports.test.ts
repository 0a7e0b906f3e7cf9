import {createSocket} from 'node:dgram'
import {afterEach, expect, test} from 'vitest'
import {openUdpPorts} from '../../../src/camera/rtsp/udp-ports.ts'
import {until} from '../../support/wait.ts'

const open: {close(): void}[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

async function sender(address: string) {
  const socket = createSocket('udp4')
  open.push(socket)
  await new Promise<void>((resolve) => socket.bind(0, address, resolve))
  return (text: string, port: number) => new Promise((resolve) => socket.send(text, port, '127.0.0.1', resolve))
}

test('UDP ports: an even one and the next, and only packets from the camera are taken', async () => {
  const udp = await openUdpPorts('127.0.0.1')
  open.push(udp)
  const [rtp, rtcp] = udp.ports
  expect([rtp % 2, rtcp - rtp]).toEqual([0, 1])
  const taken: string[] = []
  udp.onPacket((bytes) => void taken.push(Buffer.from(bytes).toString()))
  const stranger = await sender('127.0.0.2')
  const camera = await sender('127.0.0.1')
  await stranger('stranger', rtp)
  await camera('camera', rtp)
  await until(() => taken.length > 0)
  expect(taken).toEqual(['camera'])
})
