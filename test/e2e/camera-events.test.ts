/** Following a camera with the real binary: lines as they come, a clean end, and the camera let go. */
import {expect, test} from 'vitest'
import {citywatch, newHome, start} from '../support/cli.ts'

const home = newHome()

test('camera events: so many lines and the end, or until Ctrl-C; asked or pushed; the camera is unsubscribed from each time', async () => {
  const camera = start(home, [
    'sim',
    'camera',
    '--http-port',
    '0',
    '--rtsp-port',
    '0',
    '--camera-events',
    '6000',
    '--json',
  ])
  const ready = JSON.parse(await camera.line((line) => line.includes('onvif')))
  const login = ['--user', ready.user, '--password-file', ready['password-file']]
  const two = await citywatch(home, ['camera', 'events', ready.onvif, ...login, '--count', '2'])
  expect([two.exitCode, two.stderr]).toEqual([0, `${ready.onvif}: subscribed`])
  const lines = two.stdout.trimEnd().split('\n')
  expect(lines).toHaveLength(2)
  expect(lines[0]).toMatch(/^\S+Z\thttp:\S+\t(?:motion|tamper|video-loss|digital-input)\t(?:on|off)\t\w+\t\w+\/\S+/)
  const pushed = await citywatch(home, ['camera', 'events', ready.onvif, ...login, '--notify', '--count', '2'])
  expect([pushed.exitCode, pushed.stdout.trimEnd().split('\n').length]).toEqual([0, 2])
  const following = start(home, ['camera', 'events', ready.onvif, ...login, '--jsonl'])
  const event = JSON.parse(await following.line((line) => line.includes('"event"')))
  expect(event).toMatchObject({type: 'event', camera: ready.onvif, state: {active: expect.any(Boolean)}})
  expect((await following.stop()).exitCode).toBe(130)
  expect((await camera.stop()).exitCode).toBe(130)
  const {actions} = JSON.parse(camera.lines.slice(1).join('\n')) as {actions: readonly string[]}
  expect(actions.filter((name) => name === 'Unsubscribe')).toHaveLength(3)
})
