/** How fresh the picture is: what the line says, and how long ago the platform last proved that it lives. */
import type {SafeText} from '../../lib/safe-text.ts'
import {HEARTBEAT_MS} from '../../platform/contract.ts'

export interface Link {
  readonly phase: 'connecting' | 'live' | 'lost'
  /** Why the line was lost, kept while it is being mended; the address before that. */
  readonly detail: SafeText
  /** When the platform was last heard; absent before the first time. */
  readonly provedAt?: number
  /** Sequence of the platform's last entry, as far as it has said. */
  readonly head: number
}

export type Health = 'CONNECTING' | 'LIVE' | 'STALE' | 'OFFLINE'

/** Three missed heartbeats make the picture stale, six make it worthless. */
const STALE_MS = 3 * HEARTBEAT_MS
const OFFLINE_MS = 6 * HEARTBEAT_MS

/** LIVE only while the line is up and the platform was heard within STALE_MS. */
export function healthOf({phase, provedAt}: Link, now: number): Health {
  if (provedAt === undefined) return phase === 'lost' ? 'OFFLINE' : 'CONNECTING'
  const age = now - provedAt
  if (age >= OFFLINE_MS) return 'OFFLINE'
  return phase === 'live' && age < STALE_MS ? 'LIVE' : 'STALE'
}
