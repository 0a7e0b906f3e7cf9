/** Looks after a running platform's users and tokens. */
import type {Secret} from '../lib/secret.ts'
import {
  type Done,
  MAX_PAGE,
  type MadeToken,
  type NewToken,
  type NewUser,
  type PasswordChange,
  type TokenView,
  type UserChange,
  type UserView,
} from './contract.ts'
import {call, type Endpoint} from './http-call.ts'

export type NewUserRequest = Omit<NewUser, 'password'> & {readonly password: Secret}
export type PasswordRequest = Omit<PasswordChange, 'password' | 'current'> & {
  readonly password: Secret
  readonly current?: Secret
}

/** Throws what PlatformClient throws, and CW_FORBIDDEN, CW_CONFLICT, CW_BAD_VALUE as the contract says. */
export class AccessClient {
  readonly #endpoint: Endpoint

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint
  }

  async *users(): AsyncGenerator<UserView> {
    let after: string | undefined = ''
    while (after !== undefined) {
      const query: {after?: string; limit: number} = {...(after === '' ? {} : {after}), limit: MAX_PAGE}
      const {items, next} = await call(this.#endpoint, 'GET /v1/users', query, null)
      yield* items
      after = next
    }
  }

  addUser({password, ...user}: NewUserRequest): Promise<Done> {
    return call(this.#endpoint, 'POST /v1/users', {}, {...user, password: password.reveal()})
  }

  setPassword({name, password, current}: PasswordRequest): Promise<Done> {
    const own = current === undefined ? {} : {current: current.reveal()}
    return call(this.#endpoint, 'POST /v1/users/password', {}, {name, password: password.reveal(), ...own})
  }

  changeUser(change: UserChange): Promise<Done> {
    return call(this.#endpoint, 'POST /v1/users/change', {}, change)
  }

  async *tokens(): AsyncGenerator<TokenView> {
    let after: string | undefined = ''
    while (after !== undefined) {
      const query: {after?: string; limit: number} = {...(after === '' ? {} : {after}), limit: MAX_PAGE}
      const {items, next} = await call(this.#endpoint, 'GET /v1/tokens', query, null)
      yield* items
      after = next
    }
  }

  addToken(token: NewToken): Promise<MadeToken> {
    return call(this.#endpoint, 'POST /v1/tokens', {}, token)
  }

  revokeToken(name: string): Promise<Done> {
    return call(this.#endpoint, 'POST /v1/tokens/revoke', {}, {name})
  }
}
