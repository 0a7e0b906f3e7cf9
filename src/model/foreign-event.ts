/** What another system tells the platform: a CloudEvent whose meaning is its sender's, kept and shown as it came. */
import type {SafeText} from '../lib/safe-text.ts'

/** JSON whose texts are safe. */
export type SafeJson = null | boolean | number | SafeText | readonly SafeJson[] | {readonly [name: string]: SafeJson}

/** Names an event wherever it goes: the same pair is the same event (CloudEvents 1.0 §3.1). */
export interface EventOrigin {
  readonly source: string
  readonly id: string
}

export interface ForeignEvent extends EventOrigin {
  readonly type: string
  readonly subject?: string
  /** When it happened by its sender's clock, ms since the epoch, UTC. */
  readonly occurredAt?: number
  readonly dataContentType?: string
  readonly dataSchema?: string
  readonly data?: SafeJson
  /** Data that is no text, in base64, unchanged. */
  readonly dataBase64?: string
  /** What the sender's extensions say, by name. */
  readonly extensions?: Readonly<Record<string, string | number | boolean>>
}

/** Foreign types that the platform acts upon. The data of this one is a Signal, which raises what a panel's would. */
export const SIGNAL_EVENT_TYPE = 'org.citywatch.signal'
/** The data of this one is a ProbeVerdict of a camera of the inventory. */
export const PROBE_EVENT_TYPE = 'org.citywatch.probe'
