/** What a camera tells of its overlay and of its recordings, as far as it does. */
import {type SafeText, safeText} from '../../lib/safe-text.ts'
import {childOf, childrenOf, type Element, textOf, wholeNumber} from '../../protocol/soap/element.ts'

const MAX_LINES = 16
const MAX_CHARS = 128
const DAY_MS = 86_400_000

/** Plain texts that it draws over its picture, of a GetOSDsResponse; lines of date and time are none. */
export function overlayTexts(answer: Element): readonly SafeText[] {
  return childrenOf(answer, 'OSDs')
    .flatMap((osd) => textOf(osd, 'TextString', 'PlainText') ?? [])
    .slice(0, MAX_LINES)
    .map((text) => safeText(text, MAX_CHARS))
}

/**
 * Days from the oldest to the newest recording, of a GetRecordingSummaryResponse; 0 for none. Holes between them are not
 * seen. Undefined when it does not say.
 */
export function recordedDays(answer: Element): number | undefined {
  const summary = childOf(answer, 'Summary')
  if (wholeNumber(textOf(summary, 'NumberRecordings')) === 0) return 0
  const [from, until] = [timeOf(textOf(summary, 'DataFrom')), timeOf(textOf(summary, 'DataUntil'))]
  if (from === undefined || until === undefined || until < from) return undefined
  return Math.floor(((until - from) / DAY_MS) * 10) / 10
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)?$/

/** Both ends are in the same zone, so one that is not named does no harm. */
function timeOf(text: string | undefined): number | undefined {
  if (text === undefined || !TIME.test(text)) return undefined
  const at = Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`)
  return Number.isNaN(at) ? undefined : at
}
