/** What may be kept of a conversation with a camera, so that somebody else can judge it: never a password, never a login. */

/** One question over ONVIF and its answer, without the login that went with it. */
export interface Exchange {
  /** `GetProfiles`, `GET` for a picture. */
  readonly operation: string
  /** Path on the camera. */
  readonly path: string
  readonly login: 'none' | 'token' | 'digest'
  readonly request: string
  /** Absent when nothing came. */
  readonly status?: number
  readonly contentType?: string
  /** As it came, secrets taken out; also when it broke off or could not be read. */
  readonly answer: Uint8Array
  /** Why there is no whole answer: `no answer within 3000 ms`. */
  readonly failure?: string
  readonly durationMs: number
}

/** Told of one camera's conversation while it goes on. What it throws ends the run: evidence that cannot be kept is no small thing. */
export interface Witness {
  exchanged(exchange: Exchange): void
  /** The session description that RTSP gave. */
  described(sdp: Uint8Array): void
}

/** What is kept of one camera's probe. */
export interface Evidence extends Witness {
  /** A picture of the camera's own making; at most 8 MiB. */
  snapshot(bytes: Uint8Array, kind: 'jpg' | 'png'): void
  /** Why there is no snapshot. */
  noSnapshot(why: string): void
  /** The first key frame, in the form that its codec has. */
  keyFrame(bytes: Uint8Array, codec: string): void
  /** Folder in which it lies, for the report. */
  readonly folder: string
}
