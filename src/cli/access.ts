/** Users and tokens: of the platform that a command talks to, or of a data folder whose platform does not run. */
import * as Flags from '@oclif/core/flags'
import type {Clock} from '../lib/clock.ts'
import {CitywatchError} from '../lib/errors.ts'
import {jurisdictionOf} from '../model/jurisdiction.ts'
import {ROLES} from '../model/role.ts'
import type {NewUserRequest, PasswordRequest} from '../platform/access-client.ts'
import type {Done, MadeToken, NewToken, TokenView, UserChange, UserView} from '../platform/contract.ts'
import {type PlatformChoice, platformClient} from './context.ts'
import {platformFlags} from './flags.ts'
import {operatorName} from './operator.ts'

/** Where the users and tokens are that a command is about. */
export const accessFlags = {
  ...platformFlags,
  data: Flags.string({
    description: 'data folder of a platform that does not run, instead of a running one',
    helpValue: 'DIR',
    helpGroup: 'PLATFORM',
    exclusive: ['context', 'platform'],
  }),
}

/** What somebody may do, and where. */
export const rightsFlags = {
  role: Flags.option({
    options: ROLES,
    required: true,
    description:
      'viewer sees; technician also tests and imports; operator also handles alarms; auditor reads the audit log; admin does all',
  })(),
  jurisdiction: Flags.string({
    helpValue: 'PREFIX',
    default: '',
    defaultHelp: async () => 'all jurisdictions',
    description: 'only what lies within this jurisdiction',
  }),
}

export interface AccessChoice extends PlatformChoice {
  readonly data?: string | undefined
}

export interface AccessAdmin {
  users(): AsyncIterable<UserView>
  addUser(user: NewUserRequest): Promise<Done>
  setPassword(request: PasswordRequest): Promise<Done>
  changeUser(change: UserChange): Promise<Done>
  tokens(): AsyncIterable<TokenView>
  addToken(token: NewToken): Promise<MadeToken>
  revokeToken(name: string): Promise<Done>
}

/** Does the work at the right place and lets go of it. `mayMake`: a data folder that is not there is made. */
export async function withAccess<Result>(
  choice: AccessChoice,
  clock: Clock,
  work: (admin: AccessAdmin) => Promise<Result>,
  mayMake = false,
): Promise<Result> {
  if (choice.data === undefined) return work((await platformClient(choice)).access)
  const {openFolder} = await import('../platform/access/folder.ts')
  const folder = await openFolder({folder: choice.data, clock, user: operatorName(), mayMake})
  try {
    return await work(adminOf(folder))
  } finally {
    await folder.close()
  }
}

/** Adds the user; true when the platform had nobody before: it asks everybody from now on. */
export async function addUser(admin: AccessAdmin, user: NewUserRequest): Promise<boolean> {
  const wasEmpty = await isEmpty(admin)
  await admin.addUser(user)
  return wasEmpty
}

/** As addUser. */
export async function addToken(
  admin: AccessAdmin,
  token: NewToken,
): Promise<{readonly made: MadeToken; readonly isFirst: boolean}> {
  const isFirst = await isEmpty(admin)
  return {made: await admin.addToken(token), isFirst}
}

async function isEmpty(admin: AccessAdmin): Promise<boolean> {
  for await (const _user of admin.users()) return false
  for await (const _token of admin.tokens()) return false
  return true
}

type Folder = Awaited<ReturnType<typeof import('../platform/access/folder.ts').openFolder>>

const EVERYTHING = {after: '', limit: Number.MAX_SAFE_INTEGER}

function adminOf({desk, caller}: Folder): AccessAdmin {
  return {
    async *users() {
      yield* desk.users(EVERYTHING, caller).items
    },
    addUser: (user) => desk.addUser(user, caller),
    setPassword: (request) => desk.setPassword(request, caller),
    changeUser: (change) => desk.changeUser(change, caller),
    async *tokens() {
      yield* desk.tokens(EVERYTHING, caller).items
    },
    addToken: (token) => desk.addToken(token, caller),
    revokeToken: (name) => desk.revokeToken({name}, caller),
  }
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u

/** A name as users and tokens have it. Throws CW_BAD_VALUE. */
export function nameOf(text: string): string {
  if (NAME.test(text) && text === text.normalize('NFKC')) return text
  throw new CitywatchError('CW_BAD_VALUE', {
    field: 'name',
    value: text.slice(0, 80),
    expected: '1 to 64 letters, digits and . _ @ -',
  })
}

/** As the inventory spells it; '' for all. Throws CW_BAD_VALUE. */
export function prefixOf(text: string): string {
  return text === '' ? '' : jurisdictionOf(text.split('.'))
}
