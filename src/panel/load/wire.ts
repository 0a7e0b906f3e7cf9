/** A connection of a load run that is dialled when it is needed, and says what comes in by it and when it ends. */
import {isCitywatchError} from '../../lib/errors.ts'
import type {ByteStream} from '../../net/byte-stream.ts'
import type {Piece} from '../../protocol/dc09/pieces.ts'
import {PieceBuffer} from '../../protocol/dc09/pieces.ts'

export interface WireEars {
  /** A piece of bytes of the connection that is open now. */
  readonly piece: (piece: Piece) => void
  /** The connection ended, or could not be made. Not told of one that `drop` ended. */
  readonly ended: (why: 'closed' | 'unreachable') => void
}

export class Wire {
  readonly #dial: () => Promise<ByteStream>
  readonly #datagrams: boolean
  readonly #ears: WireEars
  #stream: ByteStream | undefined
  /** Counts connections: what an earlier one still says is not heard. */
  #number = 0

  constructor(dial: () => Promise<ByteStream>, datagrams: boolean, ears: WireEars) {
    this.#dial = dial
    this.#datagrams = datagrams
    this.#ears = ears
  }

  get isOpen(): boolean {
    return this.#stream !== undefined
  }

  /** Calls `ready` once there is a connection. */
  open(ready: () => void): void {
    const number = ++this.#number
    this.#dial().then(
      (stream) => {
        if (number !== this.#number) return stream.close()
        this.#stream = stream
        void this.#read(stream, number)
        ready()
      },
      (error: unknown) => {
        if (number === this.#number) this.#ears.ended(isCitywatchError(error) ? 'unreachable' : 'closed')
      },
    )
  }

  send(bytes: Uint8Array): void {
    this.#stream?.send(bytes)
  }

  /** Nothing is heard of this connection any more. */
  drop(): void {
    this.#number += 1
    this.#stream?.close()
    this.#stream = undefined
  }

  async #read(stream: ByteStream, number: number): Promise<void> {
    let why: 'closed' | 'unreachable' = 'closed'
    const buffer = new PieceBuffer()
    try {
      for await (const bytes of stream) {
        for (const piece of this.#datagrams ? new PieceBuffer().push(bytes) : buffer.push(bytes)) {
          if (number === this.#number) this.#ears.piece(piece)
        }
      }
    } catch (error) {
      // Over UDP the host says that nobody listens there.
      if (this.#datagrams && isCitywatchError(error)) why = 'unreachable'
    }
    stream.close()
    if (number !== this.#number) return
    this.#stream = undefined
    this.#ears.ended(why)
  }
}
