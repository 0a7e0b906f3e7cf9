/** Asks, and keeps what was said as evidence where there is a witness: without the login, and without the password. */
import type {Clock} from '../../lib/clock.ts'
import {safeText} from '../../lib/safe-text.ts'
import type {Credential} from '../../lib/secret.ts'
import {DeviceFailure} from '../failure.ts'
import {redacted} from '../redact.ts'
import type {Exchange, Witness} from '../witness.ts'
import type {Answer, Broken, Question, Transport} from './transport.ts'

export interface Witnessing {
  readonly clock: Clock
  readonly credential?: Credential
  readonly witness?: Witness
}

/** What the exchange is called; `request` writes the question anew, without its login. */
export interface Asked extends Pick<Exchange, 'operation' | 'login'> {
  readonly request: () => string
}

/** Throws DeviceFailure for everything that is not a complete answer, and what the witness throws. */
export async function askWitnessed(
  transport: Transport,
  question: Question,
  {request, ...asked}: Asked,
  {clock, credential, witness}: Witnessing,
): Promise<Answer> {
  if (!witness) return transport.ask(question)
  const startedAt = clock.now()
  const tell = ({status, contentType, body}: Broken, failure?: string) =>
    witness.exchanged({
      ...asked,
      path: textOf(question.path, credential),
      request: textOf(request(), credential),
      ...(status === undefined ? {} : {status, contentType: safeText(contentType ?? '', 100)}),
      answer: redacted(body, credential),
      ...(failure === undefined ? {} : {failure}),
      durationMs: Math.round(clock.now() - startedAt),
    })
  let broken: Broken = {body: Buffer.alloc(0)}
  let answer: Answer
  try {
    answer = await transport.ask(question, (seen) => {
      broken = seen
    })
  } catch (error) {
    if (error instanceof DeviceFailure) tell(broken, error.message)
    throw error
  }
  tell(answer)
  return answer
}

function textOf(text: string, credential: Credential | undefined): string {
  return redacted(Buffer.from(text, 'utf8'), credential).toString('utf8')
}
