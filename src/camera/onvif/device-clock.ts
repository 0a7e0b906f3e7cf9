/** A camera's clock against ours, with what is not known about it. */
import {believable, childOf, type Element, textOf, wholeNumber} from '../../protocol/soap/element.ts'
import {DeviceFailure} from '../failure.ts'

export interface DeviceClock {
  /** Camera minus ours, ms. */
  readonly offsetMs: number
  /** The true offset is within this of `offsetMs`: half the round trip, and half of the second that ONVIF tells time in. */
  readonly uncertaintyMs: number
}

const SECOND_MS = 1_000

/** From a GetSystemDateAndTimeResponse, sent and received at these times. Throws DeviceFailure `malformed-xml` without a date, or with one that is none. */
export function deviceClockOf(content: Element, sentAt: number, receivedAt: number): DeviceClock {
  const time = childOf(content, 'SystemDateAndTime')
  const told = instantOf(childOf(time, 'UTCDateTime')) ?? instantOf(childOf(time, 'LocalDateTime'))
  if (told === undefined) throw new DeviceFailure('malformed-xml', 'tells no date in GetSystemDateAndTime')
  return offsetOf(told, sentAt, receivedAt)
}

/** From the Date of an HTTP answer: what there is when a camera tells its time only after a login, or not at all. */
export function clockOfDate(date: number, sentAt: number, receivedAt: number): DeviceClock {
  return offsetOf(date, sentAt, receivedAt)
}

function offsetOf(told: number, sentAt: number, receivedAt: number): DeviceClock {
  const roundTripMs = Math.max(0, receivedAt - sentAt)
  return {
    offsetMs: Math.round(told + SECOND_MS / 2 - (sentAt + roundTripMs / 2)),
    uncertaintyMs: Math.ceil(roundTripMs / 2 + SECOND_MS / 2),
  }
}

function instantOf(dateTime: Element | undefined): number | undefined {
  const part = (...path: string[]) => wholeNumber(textOf(dateTime, ...path))
  const [year, month, day] = [part('Date', 'Year'), part('Date', 'Month'), part('Date', 'Day')]
  const [hour, minute, second] = [part('Time', 'Hour'), part('Time', 'Minute'), part('Time', 'Second')]
  if (year === undefined || month === undefined || day === undefined) return undefined
  return believable(Date.UTC(year, month - 1, day, hour ?? 0, minute ?? 0, second ?? 0))
}
