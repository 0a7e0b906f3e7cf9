/** Logins at cameras that all workers of a platform share: it is asked before each, and told what became of it. */
import type {LoginLedger} from '../../camera/login-ledger.ts'
import type {Clock} from '../../lib/clock.ts'
import type {SafeText} from '../../lib/safe-text.ts'
import {type Credential, randomHex} from '../../lib/secret.ts'
import type {AskedLogin, LoginAnswer, LoginOutcome, SettledLogin} from '../../model/camera-login.ts'
import type {JobClient} from '../../platform/client-jobs.ts'

/** How long a login waits for another worker's at the same camera, or for the platform, ms. */
const PATIENCE_MS = 5_000
const ASK_AGAIN_MS = 200
/** What comes within so many ms goes into one request. */
const GATHER_MS = 5
/** Outcomes and questions in one request. */
const MAX_BATCH = 500
/** Rounds in which the last outcomes are told before the worker ends. */
const LAST_TRIES = 5

export interface SharedLoginOptions {
  readonly client: Pick<JobClient, 'logins'>
  readonly worker: SafeText
  readonly clock: Clock
  /** Failed logins that a camera may see within half an hour. */
  readonly allowed: number
  /** The ledger of this machine: it is asked first. */
  readonly local: LoginLedger
}

interface Question extends AskedLogin {
  readonly until: number
  readonly resolve: (mayTry: boolean) => void
}

/** One for a worker; `ledger` makes one for each task. */
export class SharedLogins {
  readonly #options: SharedLoginOptions
  #settled: SettledLogin[] = []
  #questions: Question[] = []
  #rounds: Promise<void> | undefined
  /** Requests that may fail yet; without end while the worker works. */
  #triesLeft = Number.POSITIVE_INFINITY

  constructor(options: SharedLoginOptions) {
    this.#options = options
  }

  /** For one camera at a time. */
  ledger(): LoginLedger {
    const {local} = this.#options
    let permit = ''
    return {
      mayTry: async (device, credential) => {
        if (!(await local.mayTry(device, credential))) return false
        permit = randomHex(8)
        return this.#ask(device, permit)
      },
      trying: (device, credential) => local.trying(device, credential),
      succeeded: (device: string, credential: Credential) => {
        local.succeeded(device, credential)
        this.#settle(device, permit, 'accepted')
      },
      failed: (device: string, credential: Credential) => {
        local.failed(device, credential)
        this.#settle(device, permit, 'refused')
      },
      untried: (device) => this.#settle(device, permit, 'untried'),
    }
  }

  /** Resolves once the platform knows every outcome, or does not answer: then those logins count as failed. */
  async close(): Promise<void> {
    this.#triesLeft = LAST_TRIES
    await this.#rounds
  }

  #ask(device: string, permit: string): Promise<boolean> {
    const {allowed, clock} = this.#options
    return new Promise((resolve) => {
      this.#questions.push({device, permit, allowed, until: clock.now() + PATIENCE_MS, resolve})
      this.#start()
    })
  }

  #settle(device: string, permit: string, outcome: LoginOutcome): void {
    this.#settled.push({device, permit, outcome})
    this.#start()
  }

  #start(): void {
    this.#rounds ??= this.#run().finally(() => {
      this.#rounds = undefined
    })
  }

  /** One round at a time; what comes meanwhile goes into the next. */
  async #run(): Promise<void> {
    const {client, worker, clock} = this.#options
    while (this.#settled.length + this.#questions.length > 0 && this.#triesLeft > 0) {
      await clock.sleep(GATHER_MS)
      const settled = this.#settled.slice(0, MAX_BATCH)
      const questions = this.#questions.slice(0, MAX_BATCH)
      const asked = questions.map(({device, permit, allowed}) => ({device, permit, allowed}))
      try {
        const {answers} = await client.logins({worker, settled, asked})
        this.#settled.splice(0, settled.length)
        this.#questions.splice(0, questions.length)
        for (const [index, question] of questions.entries()) this.#answered(question, answers[index] ?? 'refused')
      } catch {
        this.#triesLeft -= 1
        this.#giveUp()
        await clock.sleep(ASK_AGAIN_MS)
      }
    }
  }

  #answered(question: Question, answer: LoginAnswer): void {
    const {clock} = this.#options
    if (answer === 'go') question.resolve(true)
    else if (answer === 'refused' || clock.now() >= question.until) question.resolve(false)
    else
      void clock.sleep(ASK_AGAIN_MS).then(() => {
        this.#questions.push(question)
        this.#start()
      })
  }

  /** Nobody waits for a platform for ever. Its answer may have been lost: what it allowed was not made. */
  #giveUp(): void {
    const now = this.#options.clock.now()
    const over = this.#questions.filter(({until}) => now >= until || this.#triesLeft <= 0)
    this.#questions = this.#questions.filter((question) => !over.includes(question))
    for (const {device, permit, resolve} of over) {
      this.#settled.push({device, permit, outcome: 'untried'})
      resolve(false)
    }
  }
}
