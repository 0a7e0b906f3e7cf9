/**
 * A conversation without I/O: bytes and times in, bytes and a result out. net/drive.ts connects one to a socket.
 * Implementations never read a clock, so a test plays hours of retries with plain numbers.
 */
export interface Session<Result> {
  /** Bytes to send now. Taking them empties the outbox. */
  take(): Uint8Array[]
  /** The peer sent `bytes` at `now` (ms since the epoch). */
  receive(bytes: Uint8Array, now: number): void
  /** When `expire` is due, ms since the epoch; null when nothing is awaited. */
  readonly deadline: number | null
  expire(now: number): void
  /** The peer closed the stream. */
  end(now: number): void
  /** Null until the conversation is over. */
  readonly result: Result | null
}
