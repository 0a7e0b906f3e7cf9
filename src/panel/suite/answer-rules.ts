/** Rules about the answers themselves, whatever they answer: every answer of the whole run is looked at. */
import type {Answer} from './answer.ts'
import {body, frame} from './craft.ts'
import type {AnswerRule, Judgement, Kit, Seen, SentRule, Step} from './rule.ts'

/** Not the length of any key, so that no receiver can take it for one. */
export const CANARY = 'NOTAKEY4242'
const NAK_LAYOUT = /^"NAK"0000R0L0A0\[/

/** Asked like the others, and judged with all answers of the run. */
export const KEY_ECHO: Pick<SentRule, 'steps'> & {readonly rule: string} = {
  rule: 'A5',
  steps: (kit: Kit): readonly Step[] => [
    {chunks: [frame(body({seq: kit.seq(0), account: kit.account, at: kit.now, xdata: [`K${CANARY}`]}, kit.cipher))]},
  ],
}

export const ANSWER_RULES: readonly AnswerRule[] = [
  {
    rule: 'A1',
    name: 'answers are frames',
    sends: '(all of the above)',
    expected: 'every answer has a right length and check sum',
    judge: perAnswer(() => true, broken, 'every answer is a frame'),
  },
  {
    rule: 'A2',
    name: 'layout of NAK',
    sends: '(all of the above)',
    expected: '"NAK"0000R0L0A0[]',
    judge: perAnswer(({says, frame: read}) => says === 'NAK' && read !== undefined, badNak, 'every NAK is R0L0A0'),
  },
  {
    rule: 'A3',
    name: 'no None in answers',
    sends: '(all of the above)',
    expected: 'an absent field is left out',
    judge: perAnswer(({says}) => says !== undefined, none, 'no answer says None'),
  },
  {
    rule: 'A4',
    name: 'one answer a message',
    sends: '(all of the above)',
    expected: 'no message is answered twice',
    judge: judgeCount,
  },
  {
    rule: 'A5',
    name: 'no key in answers',
    sends: 'a message with extended data K that is no key, and all of the above',
    expected: 'no answer holds key material or what K said',
    judge: perAnswer(() => true, leak, 'no answer holds any'),
  },
]

type Finding = {readonly detail: string; readonly saw: string} | undefined

/** Fails with the first finding, and says how many answers have one. */
function perAnswer(concerns: (answer: Answer) => boolean, find: (answer: Answer) => Finding, fine: string) {
  return (conversations: readonly Seen[]): Judgement => {
    const answers = conversations.flatMap(({all}) => all).filter(concerns)
    const found = answers.flatMap((culprit) => ({...find(culprit), culprit})).filter(({saw}) => saw !== undefined)
    const [first] = found
    if (first) {
      const {detail, saw = '', culprit} = first
      return {verdict: 'fail', detail: `${detail} (${found.length} of ${answers.length} answers)`, saw, culprit}
    }
    if (answers.length === 0) return {verdict: 'not judged', detail: 'no such answer came'}
    return {verdict: 'pass', detail: `${fine} (${answers.length})`}
  }
}

function broken({fault, bytes, holdsKey}: Answer): Finding {
  if (!fault) return undefined
  if (bytes.length <= 2) return {detail: 'an empty frame', saw: 'empty'}
  const {rule, expected, got} = fault
  return {
    detail: `wrong ${rule}: expected ${expected}, got ${holdsKey ? 'what is not shown' : JSON.stringify(got.slice(0, 16))}`,
    saw: 'no CRC',
  }
}

/** `None` has a rule of its own. */
function badNak(answer: Answer): Finding {
  const text = content(answer).replaceAll('None', '')
  if (NAK_LAYOUT.test(text)) return undefined
  if (text.startsWith('"NAK"0000L0R0A0')) return {detail: 'L and R are swapped', saw: 'swapped'}
  if (answer.holdsKey) return {detail: 'it is laid out in another way', saw: 'other'}
  if (text === '"NAK"') return {detail: 'nothing behind the token', saw: 'bare'}
  return {detail: `it begins with ${JSON.stringify(text.slice(0, 24))}`, saw: 'other'}
}

function none(answer: Answer): Finding {
  return /"\d{4}[^[]*None/.test(content(answer)) ? {detail: 'the word None stands in it', saw: 'None'} : undefined
}

function judgeCount(conversations: readonly Seen[]): Judgement {
  const twice = conversations.filter(({surplus}) => surplus > 0)
  const [first] = twice
  const answers = conversations.reduce((sum, {all}) => sum + all.length, 0)
  if (first) {
    const word = doubled(first.all) ?? 'answer'
    const detail = `${word} twice to one message (in ${twice.length} of ${conversations.length} conversations)`
    return {verdict: 'fail', detail, saw: `${word} twice`}
  }
  if (answers === 0) return {verdict: 'not judged', detail: 'no answer came'}
  return {verdict: 'pass', detail: `${answers} answers, none too many`}
}

function doubled(answers: readonly Answer[]): string | undefined {
  const texts = answers.map(({bytes}) => Buffer.from(bytes).toString('latin1'))
  return answers.find((_, index) => texts.indexOf(texts[index] ?? '') !== index)?.says
}

/** In clear an answer has nothing to say between its brackets; what stands there is never shown. */
function leak(answer: Answer): Finding {
  const text = `${content(answer)}${inside(answer)}`
  if (answer.holdsKey) return {detail: 'it holds the key of the account', saw: 'key'}
  if (text.includes(CANARY)) return {detail: 'it repeats what K said', saw: 'K'}
  if (/\[K[^\]]/.test(text)) return {detail: 'it has an extended data block K', saw: 'K'}
  if (/"(?:ACK|NAK|DUH|RSP)"/.test(text) && /[0-9A-Fa-f]{32}/.test(text)) {
    return {detail: 'it holds 32 or more hex digits in a row', saw: 'K'}
  }
  return undefined
}

/** What the key has opened, as it would stand there in clear. */
function inside({cover, frame: read}: Answer): string {
  return cover === 'opened' && read ? [read.data, ...read.xdata].map((block) => `[${block}]`).join('') : ''
}

/** From the first quote, without CR. */
function content({bytes}: Answer): string {
  const text = Buffer.from(bytes).toString('latin1')
  return text.slice(Math.max(0, text.indexOf('"'))).replace(/\r$/, '')
}
