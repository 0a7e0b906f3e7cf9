/** An outlet on a bad way: packets of the stream are lost, overtake each other, or come twice. */
import type {StreamFaultName} from '../media/stream-spec.ts'
import type {Outlet} from './outlet.ts'

const LOSE_EVERY = 20
const TOUCH_EVERY = 10

/** The outlet itself when the fault is none of the way's. */
export function faultyOutlet(outlet: Outlet, fault: StreamFaultName | undefined): Outlet {
  const rtp = wayOf(outlet, fault)
  return rtp
    ? {transport: outlet.transport, rtp, rtcp: (packet) => outlet.rtcp(packet), close: () => outlet.close()}
    : outlet
}

function wayOf(outlet: Outlet, fault: StreamFaultName | undefined): Outlet['rtp'] | undefined {
  let count = 0
  let held: Uint8Array | undefined
  if (fault === 'loss') return (packet) => ++count % LOSE_EVERY !== 0 && outlet.rtp(packet)
  if (fault === 'doubled') {
    return (packet) => {
      outlet.rtp(packet)
      if (++count % TOUCH_EVERY === 0) outlet.rtp(packet)
    }
  }
  if (fault !== 'reordered') return undefined
  return (packet) => {
    if (++count % TOUCH_EVERY === 0) held = packet
    else {
      outlet.rtp(packet)
      if (held) outlet.rtp(held)
      held = undefined
    }
  }
}
