/** Users and tokens as people read them. */
import type {MadeToken, TokenView, UserView} from '../../platform/contract.ts'
import type {Column} from './rows.ts'

const time = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString())
const everywhere = ({jurisdiction}: {readonly jurisdiction: string}) => jurisdiction || '(all)'

export function userColumns(now: number): readonly Column<UserView>[] {
  return [
    {name: 'user', header: 'USER', value: ({name}) => name},
    {name: 'role', header: 'ROLE', value: ({role}) => role},
    {name: 'jurisdiction', header: 'JURISDICTION', value: everywhere},
    {name: 'state', header: 'STATE', value: (user) => userState(user, now)},
    {name: 'login', header: 'LAST LOG-IN', value: ({loginAt}) => time(loginAt)},
    {name: 'failures', header: 'FAILED', value: ({failures}) => failures || undefined},
    {name: 'created', header: 'CREATED', value: ({createdAt}) => time(createdAt), wide: true},
    {name: 'by', header: 'BY', value: ({createdBy}) => createdBy, wide: true},
    {name: 'password', header: 'PASSWORD SET', value: ({passwordAt}) => time(passwordAt), wide: true},
  ]
}

function userState({disabled, lockedUntil}: UserView, now: number): string {
  if (disabled) return 'shut out'
  return lockedUntil !== undefined && lockedUntil > now ? `locked until ${time(lockedUntil)}` : 'active'
}

export function tokenColumns(now: number): readonly Column<TokenView>[] {
  const isOver = ({expiresAt}: TokenView) => expiresAt !== undefined && expiresAt <= now
  return [
    {name: 'token', header: 'TOKEN', value: ({name}) => name},
    {name: 'role', header: 'ROLE', value: ({role}) => role},
    {name: 'jurisdiction', header: 'JURISDICTION', value: everywhere},
    {name: 'state', header: 'STATE', value: (token) => (isOver(token) ? 'run out' : 'active')},
    {name: 'expires', header: 'EXPIRES', value: ({expiresAt}) => time(expiresAt) ?? 'never'},
    {name: 'used', header: 'LAST USED', value: ({usedAt}) => time(usedAt)},
    {name: 'created', header: 'CREATED', value: ({createdAt}) => time(createdAt), wide: true},
    {name: 'by', header: 'BY', value: ({createdBy}) => createdBy, wide: true},
  ]
}

/** Without the token itself. */
export function tokenLine({name, role, expiresAt, ...rest}: MadeToken, file: string | undefined): string {
  const until = expiresAt === undefined ? 'never runs out' : `until ${time(expiresAt)}`
  const kept = file === undefined ? 'shown once: keep it now' : `written to ${file}`
  return `token ${name}: ${role}, ${everywhere(rest)}, ${until}; ${kept}`
}

/** What changes with the first one. */
export function openedNote(name: string): string {
  return `${name} is the first: from now on the platform asks everybody who they are, also on its own machine`
}
