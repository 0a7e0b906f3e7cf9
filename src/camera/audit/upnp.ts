/** Asks one device over UPnP's discovery (SSDP), by unicast: a device that answers has it switched on. */
import {safeText} from '../../lib/safe-text.ts'
import {dialUdp} from '../../net/udp.ts'
import type {DoorFact} from './facts.ts'
import type {LookOptions} from './ports.ts'

const ANSWER_MS = 1_500
/** UDP loses. */
const TRIES = 2

/** `open`: it answered. Silence proves nothing: it is `unknown`. */
export async function lookAtUpnp(port: number, {address, remainingMs, clock, signal}: LookOptions): Promise<DoorFact> {
  const silence: DoorFact = {state: 'unknown', detail: safeText('no answer to M-SEARCH, which UDP may also have lost')}
  const peer = await dialUdp(address, port).catch(() => undefined)
  if (!peer) return silence
  const request = `M-SEARCH * HTTP/1.1\r\nHOST: ${address}:${port}\r\nMAN: "ssdp:discover"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n`
  const late = new AbortController()
  const close = () => peer.close()
  signal.addEventListener('abort', close, {once: true})
  clock.sleep(Math.min(ANSWER_MS, remainingMs()), late.signal).then(close, () => {})
  try {
    for (let tries = 0; tries < TRIES; tries++) peer.send(Buffer.from(request))
    for await (const datagram of peer) {
      const text = Buffer.from(datagram).toString('latin1').slice(0, 2_048)
      if (!/^HTTP\/1\.[01] 200/.test(text)) continue
      const server = /^server:[ \t]*(.*)$/im.exec(text)?.[1] ?? 'no name'
      return {state: 'open', detail: safeText(`answers M-SEARCH: ${server}`, 160)}
    }
    return silence
  } catch {
    return {state: 'closed', detail: safeText(`UDP port ${port} is closed`)}
  } finally {
    late.abort('settled')
    signal.removeEventListener('abort', close)
    peer.close()
  }
}
