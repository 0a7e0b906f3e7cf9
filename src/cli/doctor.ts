/** `doctor`: is this machine fit for the work? Each check says what it saw and what to do. */
import {access, constants, mkdir} from 'node:fs/promises'
import {createServer} from 'node:net'
import {mediaTools} from '../camera/media-tools.ts'
import {isCitywatchError} from '../lib/errors.ts'
import {listening} from '../net/listen.ts'
import {DEFAULT_DC09_PORT, DEFAULT_HTTP_PORT} from '../platform/contract.ts'
import {chosen, type PlatformChoice, platformClient} from './context.ts'
import {configFolder, stateFolder} from './paths.ts'

export interface Finding {
  readonly check: string
  /** `note`: works, but something is missing that some commands can use. */
  readonly status: 'ok' | 'note' | 'fail'
  readonly detail: string
}

export async function examine(choice: PlatformChoice): Promise<readonly Finding[]> {
  const findings = await Promise.all([
    runtime(),
    folder('configuration folder', configFolder()),
    folder('state folder', stateFolder()),
    loopback(),
    port('port of the embedded platform', DEFAULT_HTTP_PORT),
    port('port of the DC-09 receiver', DEFAULT_DC09_PORT),
    terminal(),
    platform(choice),
  ])
  return [...findings, ...(await tools())]
}

async function runtime(): Promise<Finding> {
  const bundled = process.env.CITYWATCH_REEXEC ? ', the one that came with citywatch' : ''
  return {check: 'Node.js', status: 'ok', detail: `${process.version}${bundled}`}
}

async function folder(check: string, path: string): Promise<Finding> {
  try {
    await mkdir(path, {recursive: true, mode: 0o700})
    await access(path, constants.W_OK)
    return {check, status: 'ok', detail: path}
  } catch (error) {
    return {check, status: 'fail', detail: `${path}: ${(error as NodeJS.ErrnoException).code ?? 'not writable'}`}
  }
}

async function loopback(): Promise<Finding> {
  const check = 'simulated cities'
  try {
    const server = createServer()
    await listening(server, '127.20.0.1', 0)
    await new Promise((resolve) => server.close(resolve))
    return {check, status: 'ok', detail: 'every camera gets its own address in 127.0.0.0/8'}
  } catch {
    return {check, status: 'note', detail: 'only 127.0.0.1 here: simulated cameras share it and differ by port'}
  }
}

async function port(check: string, number: number): Promise<Finding> {
  const server = createServer()
  try {
    await listening(server, '127.0.0.1', number)
    await new Promise((resolve) => server.close(resolve))
    return {check, status: 'ok', detail: `127.0.0.1:${number} is free`}
  } catch (error) {
    const taken = isCitywatchError(error, 'CW_PORT_IN_USE')
    return {
      check,
      status: 'note',
      detail: `127.0.0.1:${number} is ${taken ? 'in use: a platform may be running' : 'not usable'}`,
    }
  }
}

async function terminal(): Promise<Finding> {
  const {stdout} = process
  if (!stdout.isTTY)
    return {check: 'terminal', status: 'note', detail: 'output is not a terminal: alarm watch prints lines'}
  const small = stdout.columns < 80 || stdout.rows < 24
  return {
    check: 'terminal',
    status: small ? 'note' : 'ok',
    detail: `${stdout.columns}×${stdout.rows}${small ? ', 80×24 is the least for alarm watch' : ''}`,
  }
}

async function platform(choice: PlatformChoice): Promise<Finding> {
  const check = 'platform'
  try {
    const {url} = await chosen(choice)
    try {
      const status = await (await platformClient(choice)).status()
      return {
        check,
        status: 'ok',
        detail: `${url} answers, ${status.devices.camera} cameras, ${status.alarms.new} alarms new`,
      }
    } catch (error) {
      const why = isCitywatchError(error, 'CW_AUTH')
        ? 'refuses the token'
        : 'does not answer: citywatch platform serve starts one'
      return {check, status: 'note', detail: `${url} ${why}`}
    }
  } catch (error) {
    return {
      check,
      status: 'fail',
      detail: isCitywatchError(error)
        ? `${error.code}: ${Object.values(error.params).join(', ')}`
        : 'configuration unreadable',
    }
  }
}

async function tools(): Promise<Finding[]> {
  return (await mediaTools()).map(({name, version}) =>
    version === undefined
      ? {check: name, status: 'note', detail: 'not installed; nothing needs it'}
      : {check: name, status: 'ok', detail: version},
  )
}
