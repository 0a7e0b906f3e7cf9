/** One connection to the server that takes writes, with a limit on every wait: what does not answer is given up. */
import {Socket} from 'node:net'
import {checkServerIdentity, type PeerCertificate} from 'node:tls'
import type {Client, ClientConfig, QueryResultRow} from 'pg'
import {ConnectionLost} from './failure.ts'
import type {PostgresTarget} from './target.ts'

/** Longest wait for a connection, and for the answer to one question, ms. */
const CONNECT_MS = 5_000
const ANSWER_MS = 30_000
/** After this silence the system asks whether the other side is still there, ms. */
const KEEP_ALIVE_MS = 5_000

export type Row = QueryResultRow
export type Value = string | number | boolean | Buffer | readonly string[] | readonly number[] | null

export interface Question {
  readonly text: string
  readonly values?: readonly Value[]
  /** Prepared under this name, once a connection. */
  readonly name?: string
}

export interface Answer {
  readonly rows: readonly Row[]
  /** `COMMIT`, `ROLLBACK`, `INSERT` … */
  readonly command: string
}

export interface Link {
  /** Rejects with ConnectionLost when the line is gone or no answer comes in time, and with the server's own error. */
  ask(question: Question, limitMs?: number): Promise<Answer>
  /** Several statements without values, in one go. The answer is the last one's. Without an answer in time the line is lost. */
  run(text: string, limitMs?: number): Promise<Answer>
  /** Warnings that the server has sent. */
  readonly warnings: number
  /** True once nothing can be asked any more. */
  readonly lost: boolean
  /** Called once when the line is gone. */
  onLost(listener: () => void): void
  onNotice(listener: (payload: string) => void): void
  /** Ends politely, or at once when the line is gone. */
  close(): Promise<void>
  /** Drops the line without a word. */
  drop(): void
}

/**
 * The first of the target's hosts that takes writes. `role` is what the server's list of sessions shows. Rejects with
 * ConnectionLost when there is none, and with the server's own error (login, no such database).
 */
export async function openLink(target: PostgresTarget, role: string): Promise<Link> {
  let failure: unknown
  for (const place of target.hosts) {
    try {
      return await openAt(target, place, role)
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

async function openAt(target: PostgresTarget, place: PostgresTarget['hosts'][number], role: string): Promise<Link> {
  const {default: pg} = await import('pg')
  const socket = new Socket()
  const client = new pg.Client(configOf(target, place, role, socket))
  const link = new PgLink(client, socket)
  try {
    await link.wait(client.connect(), CONNECT_MS)
    const {rows} = await link.run(SESSION)
    if (rows[0]?.standby === true) throw new ConnectionLost(new Error(`${place.host}:${place.port} is a standby`))
    return link
  } catch (error) {
    link.drop()
    throw error
  }
}

/**
 * Every question has its index, and no statistics of yesterday lead it through a whole table instead. No weaker commit than "on the disk" (and on the standby, where there is one). A client that falls silent in mid-transaction
 * loses it, so that it does not hold up the others. No time limit on statements: one that ends the wait for a standby would
 * pass off as committed what is not.
 */
const SESSION = `
  SET search_path TO citywatch;
  SET jit TO off;
  SET enable_seqscan TO off;
  SET idle_in_transaction_session_timeout TO '10s';
  SET lock_timeout TO '10s';
  SET tcp_keepalives_idle TO 5; SET tcp_keepalives_interval TO 2; SET tcp_keepalives_count TO 3;
  SET client_min_messages TO warning;
  SELECT set_config('synchronous_commit', 'on', false)
  WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply');
  SELECT pg_is_in_recovery() AS standby;
`

function configOf(
  {database, user, password, tls, authority}: PostgresTarget,
  {host, port}: PostgresTarget['hosts'][number],
  role: string,
  socket: Socket,
): ClientConfig {
  // By the host that was asked for: left to itself, an address would be checked as if it were `localhost`.
  const isHost = (_name: string, certificate: PeerCertificate) => checkServerIdentity(host, certificate)
  const checks =
    tls === 'verified' ? {rejectUnauthorized: true, checkServerIdentity: isHost} : {rejectUnauthorized: false}
  return {
    host,
    port,
    database,
    ...(user === undefined ? {} : {user}),
    ...(password === undefined ? {} : {password: password.reveal()}),
    ssl: tls === 'clear' ? false : {...checks, ...(authority === undefined ? {} : {ca: authority})},
    application_name: role,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    stream: () => socket,
  }
}

class PgLink implements Link {
  readonly #client: Client
  readonly #socket: Socket
  readonly #listeners: (() => void)[] = []
  #failure: ConnectionLost | undefined
  #warnings = 0

  constructor(client: Client, socket: Socket) {
    this.#client = client
    this.#socket = socket
    client.on('error', (error) => this.#lose(error))
    client.on('notice', () => this.#warnings++)
    client.on('end', () => this.#lose(new Error('the server ended the connection')))
  }

  get lost(): boolean {
    return this.#failure !== undefined
  }

  get warnings(): number {
    return this.#warnings
  }

  async ask({text, values = [], name}: Question, limitMs: number = ANSWER_MS): Promise<Answer> {
    const query = {text, values: [...values], ...(name === undefined ? {} : {name})}
    return this.wait(this.#client.query(query), limitMs)
  }

  async run(text: string, limitMs: number = ANSWER_MS): Promise<Answer> {
    const answer: Answer | Answer[] = await this.wait(this.#client.query(text), limitMs)
    return Array.isArray(answer) ? answer.at(-1)! : answer
  }

  onLost(listener: () => void): void {
    if (this.#failure) queueMicrotask(listener)
    else this.#listeners.push(listener)
  }

  onNotice(listener: (payload: string) => void): void {
    this.#client.on('notification', ({payload}) => listener(payload ?? ''))
  }

  async close(): Promise<void> {
    if (this.#failure) return
    await this.wait(this.#client.end(), CONNECT_MS).catch(() => undefined)
    this.drop()
  }

  drop(): void {
    this.#lose(new Error('the connection was dropped'))
  }

  /** What is waited for, or ConnectionLost when the line is gone or says nothing for too long. */
  async wait<Result>(work: Promise<Result>, limitMs = ANSWER_MS): Promise<Result> {
    if (this.#failure) {
      work.catch(() => undefined)
      throw this.#failure
    }
    const late = setTimeout(() => this.#lose(new Error(`no answer within ${limitMs} ms`)), limitMs)
    try {
      return await work
    } catch (error) {
      if (this.#failure) throw this.#failure
      throw isFromServer(error) ? error : new ConnectionLost(error)
    } finally {
      clearTimeout(late)
    }
  }

  #lose(error: unknown): void {
    if (this.#failure) return
    this.#failure = new ConnectionLost(error)
    this.#socket.destroy()
    for (const listener of this.#listeners) listener()
  }
}

/** An error that the server has sent has its SQLSTATE; everything else is about the line. */
function isFromServer(error: unknown): boolean {
  return /^[0-9A-Z]{5}$/.test(String((error as {code?: unknown} | undefined)?.code ?? ''))
}
