/** A simulated camera that pushes what it notices to whoever asked for it, on this machine only. */
import {request as httpRequest} from 'node:http'
import {type Element, textOf} from '../../../protocol/soap/element.ts'
import {writeEnvelope} from '../../../protocol/soap/envelope.ts'
import type {Xml} from '../../../protocol/soap/xml.ts'
import {writeNotice} from '../../../protocol/wsn/notification.ts'
import type {SimCamera} from '../camera.ts'
import {addressOf, answer, granted} from './service.ts'
import type {PullPoint, TimedNotice} from './source.ts'

const WAIT_MS = 60_000
const MAX_MESSAGES = 64
const POST_MS = 5_000
const RETRY_MS = 250

/** Throws EventFault, and RangeError for a consumer that is not on this machine: a simulator connects to nobody else. */
export function subscribePush(camera: SimCamera, request: Element): Xml {
  const url = URL.parse(textOf(request, 'ConsumerReference', 'Address') ?? '')
  if (url?.protocol !== 'http:' || !/^127\.\d+\.\d+\.\d+$|^\[::1\]$/.test(url.hostname)) {
    throw new RangeError('the consumer is not on this machine')
  }
  const {answer: reply, point} = granted(camera, request, 'wsnt:SubscribeResponse')
  void push(camera, point, url)
  return reply
}

/** Until the subscription ends. What cannot be delivered is tried again. */
async function push(camera: SimCamera, point: PullPoint, url: URL): Promise<void> {
  while (camera.events.point(point.id)) {
    const notices = await camera.events.take(point, WAIT_MS, MAX_MESSAGES)
    while (notices.length > 0 && camera.events.point(point.id)) {
      if (await post(url, notify(camera, point, notices), camera.spec.address)) break
      await camera.clock.sleep(RETRY_MS)
    }
  }
}

function notify(camera: SimCamera, point: PullPoint, notices: readonly TimedNotice[]): string {
  const messages = notices.map((notice) => writeNotice(notice, addressOf(camera, point)))
  return writeEnvelope({body: answer('wsnt:Notify', messages)})
}

/** From the camera's own address, as a real one does. True when it was taken. */
function post(url: URL, body: string, localAddress: string): Promise<boolean> {
  return new Promise((resolve) => {
    const headers = {'content-type': 'application/soap+xml; charset=utf-8', 'content-length': Buffer.byteLength(body)}
    const sent = httpRequest(
      url,
      {method: 'POST', headers, localAddress, agent: false, timeout: POST_MS},
      (response) => {
        response.resume()
        response.once('close', () => resolve((response.statusCode ?? 500) < 300))
      },
    )
    sent.once('timeout', () => sent.destroy())
    sent.once('error', () => resolve(false))
    sent.end(body)
  })
}
