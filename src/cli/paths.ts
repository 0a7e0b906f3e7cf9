/** Where citywatch keeps its files: configuration, state and cache, each where the system wants it. */
import {homedir} from 'node:os'
import {join} from 'node:path'

/** Contexts live here. CITYWATCH_CONFIG_DIR moves it. */
export function configFolder(): string {
  return process.env.CITYWATCH_CONFIG_DIR ?? folder('XDG_CONFIG_HOME', ['.config'], ['Library', 'Preferences'])
}

/** Logs, sequence numbers, the login ledger and the embedded platform's data live here. CITYWATCH_STATE_DIR moves it. */
export function stateFolder(): string {
  return (
    process.env.CITYWATCH_STATE_DIR ?? folder('XDG_STATE_HOME', ['.local', 'state'], ['Library', 'Application Support'])
  )
}

/** Data of the embedded platform, unless --data says otherwise. */
export function platformFolder(): string {
  return join(stateFolder(), 'platform')
}

function folder(variable: string, linux: readonly string[], mac: readonly string[]): string {
  const home = homedir()
  if (process.platform === 'win32') return join(process.env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'citywatch')
  if (process.platform === 'darwin') return join(home, ...mac, 'citywatch')
  return join(process.env[variable] ?? join(home, ...linux), 'citywatch')
}
