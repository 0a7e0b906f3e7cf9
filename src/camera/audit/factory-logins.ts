/** Logins that devices come with, as data: compared with what is known, and one of them tried only where that was asked for. */
import {type Credential, Secret} from '../../lib/secret.ts'
import data from './factory-logins.json' with {type: 'json'}

export interface FactoryLogin {
  readonly credential: Credential
  readonly source: string
}

/** Where it is said that this is a factory login; undefined when it is in no list. Never the password itself. */
export function factorySource({user, password}: Credential): string | undefined {
  const text = password.reveal()
  const exact = data.logins.find((login) => login.user === user && login.password === text)
  if (exact) return exact.source
  const isCommon = data.commonUsers.includes(user) && data.commonPasswords.includes(text)
  return isCommon ? data.commonFrom.source : undefined
}

/** The one login to try on a device that said `words` of itself: its maker's where that is known, else the commonest. */
export function likeliestFactoryLogin(words: string): FactoryLogin {
  const said = words.toLowerCase()
  const own = data.logins.find(({maker}) => maker !== '' && said.includes(maker))
  const login = own ?? data.logins.find(({maker}) => maker === '') ?? {user: 'admin', password: 'admin', source: ''}
  return {credential: {user: login.user, password: new Secret(login.password)}, source: login.source}
}
