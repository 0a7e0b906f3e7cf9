/** What a suite writes into the record: who tests what, and what came of it. */
import {isCitywatchError} from '../../lib/errors.ts'
import {type SafeText, safeText} from '../../lib/safe-text.ts'
import {staysHere} from '../dispatch-guard.ts'
import {receiverText} from '../receiver-address.ts'
import type {PanelLine, SuiteLine, SuiteRecordLine, UnreachedLine} from '../record/lines.ts'
import type {SuiteReport} from './report.ts'
import type {SuiteOptions} from './suite.ts'

type Asked = Pick<SuiteOptions, 'account' | 'host' | 'port' | 'transport' | 'iKnow'> & {
  readonly keyed?: Pick<NonNullable<SuiteOptions['keyed']>, 'key'> | undefined
}

/** Before anything is sent: the panel, where something is known of it, the override, where there is one, and the run. */
export function startLines(
  {account, host, port, transport, iKnow, keyed}: Asked,
  panel: Omit<PanelLine, 'type' | 'at' | 'account'>,
  {at, by, tool}: {readonly at: number; readonly by: SafeText; readonly tool: string},
): readonly SuiteRecordLine[] {
  const head = {at, account}
  const receiver = receiverText({host, port})
  const key = keyed?.key.fingerprint ?? null
  return [
    ...(Object.keys(panel).length > 0 ? [{type: 'panel', ...head, ...panel} as const] : []),
    ...(iKnow && !staysHere(host) ? [{type: 'override', ...head, by, receiver} as const] : []),
    {type: 'run', ...head, test: 'suite', by, tool, receiver, transport, key},
  ]
}

export function resultLine(
  account: string,
  result: SuiteReport | UnreachedLine,
  at: number,
): SuiteLine | UnreachedLine {
  return 'code' in result ? result : {type: 'suite', at, account, report: result}
}

/** That nobody was there. Any other error is thrown again. */
export function unreachedLine(
  error: unknown,
  {account, host, port, transport, keyed, clock}: SuiteOptions,
): UnreachedLine {
  if (!isCitywatchError(error, 'CW_UNREACHABLE') && !isCitywatchError(error, 'CW_TIMEOUT')) throw error
  const {detail, timeoutMs} = error.params
  return {
    type: 'unreached',
    at: clock.now(),
    account,
    receiver: receiverText({host, port}),
    transport,
    key: keyed?.key.fingerprint ?? null,
    code: error.code === 'CW_TIMEOUT' ? 'CW_TIMEOUT' : 'CW_UNREACHABLE',
    detail: safeText(detail === undefined ? `no connection within ${timeoutMs} ms` : String(detail)),
  }
}
