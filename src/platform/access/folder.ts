/** Users and tokens of a data folder whose platform does not run: how the first admin is made, and how one gets in again. */
import {existsSync} from 'node:fs'
import type {Clock} from '../../lib/clock.ts'
import {CitywatchError} from '../../lib/errors.ts'
import {openStore} from '../store/sqlite/open.ts'
import {AccessDesk} from './desk.ts'
import type {Caller} from './principal.ts'

export interface FolderAccess {
  readonly desk: AccessDesk
  readonly caller: Caller
  close(): Promise<void>
}

/**
 * Who may write the folder may do everything in it: there is nobody to ask. `user` is that person's name on this machine. Throws
 * CW_LOCKED while a platform has the folder, CW_FILE_NOT_FOUND unless it may be made, CW_IO.
 */
export async function openFolder(options: {
  readonly folder: string
  readonly clock: Clock
  readonly user: string
  readonly mayMake: boolean
}): Promise<FolderAccess> {
  const {folder, clock, user, mayMake} = options
  if (!mayMake && !existsSync(folder)) throw new CitywatchError('CW_FILE_NOT_FOUND', {path: folder})
  const store = await openStore({folder})
  try {
    const desk = new AccessDesk({store, clock, hasMaster: false})
    await desk.load()
    const caller: Caller = {principal: {kind: 'shell', name: user, role: 'admin', scope: ''}, from: 'shell'}
    return {desk, caller, close: () => store.close()}
  } catch (error) {
    await store.close()
    throw error
  }
}
