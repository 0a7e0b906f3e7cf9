import {expect, test} from 'vitest'
import {keyOf, onvifCamera} from '../../../support/onvif-cameras.ts'
import {connectedCam as connected, answerTo as result} from '../../../support/onvif-package.ts'

test.each(['token', 'digest', 'both'] as const)(
  'the onvif package talks to a simulated camera that takes %s logins',
  async (kind) => {
    const camera = await onvifCamera({
      key: keyOf(kind),
      manufacturer: 'Acme',
      model: 'X1',
      firmware: 'v2',
      rtspPort: 8554,
    })
    const cam = await connected(camera)
    expect(await result((callback) => cam.getDeviceInformation(callback))).toMatchObject({
      manufacturer: 'Acme',
      model: 'X1',
      firmwareVersion: 'v2',
    })
    const {uri} = (await result<{uri: string}>((callback) => cam.getStreamUri({protocol: 'RTSP'}, callback)))!
    expect(uri).toBe('rtsp://127.0.0.1:8554/stream1')
    await result((callback) =>
      cam.setNTP({fromDHCP: false, NTPManual: [{type: 'DNS', DNSname: 'ntp.example'}]}, callback),
    )
    expect(camera.ntp).toEqual({fromDhcp: false, servers: ['ntp.example']})
    expect(await result((callback) => cam.getNTP(callback))).toMatchObject({NTPManual: {DNSname: 'ntp.example'}})
    await result((callback) => cam.setScopes(['onvif://www.onvif.org/name/Yard'], callback))
    expect(camera.name).toBe('Yard')
    expect(await result((callback) => cam.getHostname(callback))).toMatchObject({name: camera.hostname})
  },
)
