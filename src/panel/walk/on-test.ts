/** Keeps the account on test at the platform while it is walked: from before the first signal to the end, however the walk ends. */
import type {Clock} from '../../lib/clock.ts'
import {isCitywatchError} from '../../lib/errors.ts'
import type {SafeText} from '../../lib/safe-text.ts'
import type {WindowLine} from './lines.ts'
import {openWindows, type WalkState, type Window} from './state.ts'

/** What the platform can do about windows; declared here, wired above. Every method throws what the platform throws. */
export interface OnTest {
  /** Windows on the account that are open now. */
  open(account: string): Promise<readonly OpenWindow[]>
  /** Throws CW_CONFLICT when a part of the account is on test already. */
  start(request: {
    readonly account: string
    readonly reason: SafeText
    readonly by: SafeText
    readonly forMs: number
  }): Promise<OpenWindow>
  /** The window with its new end, `forMs` from now. Throws CW_CONFLICT when it is over, CW_BAD_VALUE when it has more time left. */
  extend(id: string, request: {readonly by: SafeText; readonly forMs: number}): Promise<OpenWindow>
  /** The window as it is then. */
  end(id: string, by: SafeText): Promise<OpenWindow>
}

export interface OpenWindow extends Pick<Window, 'id' | 'from' | 'until' | 'reason' | 'by'> {
  /** False when it covers a part of the account only. */
  readonly isWhole: boolean
}

export interface KeepOptions {
  readonly account: string
  readonly service: OnTest
  readonly reason: SafeText
  readonly by: SafeText
  readonly forMs: number
  readonly clock: Clock
  /** Windows that an earlier walk of ours, put aside since, has left open. */
  readonly left: readonly string[]
  /** The walk as it is now. */
  readonly state: () => WalkState
  /** Resolves once the record has the line. */
  readonly write: (line: WindowLine) => Promise<void>
}

/** How a walk came under its window: it opened one, took over the one that a killed walk had left, or found another's. */
export interface UnderTest {
  readonly what: 'started' | 'taken-over' | 'shared'
  readonly window: OpenWindow
}

export class OnTestKeeper {
  readonly #options: KeepOptions
  #id: string | undefined

  constructor(options: KeepOptions) {
    this.#options = options
  }

  /** The window that this walk is under; undefined before the beginning and after the end. */
  get window(): Window | undefined {
    return this.#options.state().windows.find(({id}) => id === this.#id)
  }

  /** Throws what the platform throws: the account is not on test then. */
  async begin(): Promise<UnderTest> {
    const {service, account, reason, by, forMs} = this.#options
    const open = await service.open(account)
    const ours = new Set([...this.#options.left, ...openWindows(this.#options.state())])
    const leftover = open.find(({id}) => ours.has(id))
    if (leftover) return this.#under('taken-over', await this.#longer(leftover))
    const shared = open.find(({isWhole}) => isWhole)
    if (shared) return this.#under('shared', shared)
    return this.#under('started', await service.start({account, reason, by, forMs}))
  }

  /** A new end, `forMs` from now; a new window where the old one is over. Throws what the platform throws. */
  async extend(): Promise<void> {
    const {service, account, reason, by, forMs} = this.#options
    try {
      if (this.#id !== undefined) return await this.#write('extended', await service.extend(this.#id, {by, forMs}))
    } catch (error) {
      if (!isCitywatchError(error, 'CW_CONFLICT')) throw error
    }
    await this.#under('started', await service.start({account, reason, by, forMs}))
  }

  /** Ends the window; another's is left open. Throws what the platform throws: the window then ends by itself. */
  async end(): Promise<void> {
    const {service, by} = this.#options
    const {window} = this
    this.#id = undefined
    if (!window?.isOurs) return
    const ended = await service.end(window.id, by).catch((error: unknown) => {
      if (isCitywatchError(error, 'CW_BAD_VALUE')) return window // a platform that does not know it any more
      throw error
    })
    await this.#write('ended', ended)
  }

  /** What has more time left than was asked for stays as it is. */
  async #longer(window: OpenWindow): Promise<OpenWindow> {
    const {service, by, forMs} = this.#options
    try {
      return await service.extend(window.id, {by, forMs})
    } catch (error) {
      if (isCitywatchError(error, 'CW_BAD_VALUE')) return window
      throw error
    }
  }

  async #under(what: UnderTest['what'], window: OpenWindow): Promise<UnderTest> {
    try {
      await this.#write(what, window)
    } catch (error) {
      // A window that the record does not know would be nobody's to end.
      if (what === 'started') await this.#options.service.end(window.id, this.#options.by).catch(() => undefined)
      throw error
    }
    this.#id = window.id
    return {what, window}
  }

  #write(what: WindowLine['what'], {id, from, until, reason, by}: Omit<OpenWindow, 'isWhole'>): Promise<void> {
    const {account, clock, write} = this.#options
    return write({type: 'window', at: clock.now(), account, what, id, from, until, reason, by})
  }
}
