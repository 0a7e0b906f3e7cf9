/** The ways in which a simulated camera's event service can be sick, by name: its picture and its probe are not affected. */

export const EVENT_FAULTS = {
  'no-events': 'has no event service',
  'events-refused': 'refuses every subscription: it has too many',
  'events-expire': 'grants two minutes and forgets after five seconds',
  'events-flood': 'answers every pull at once with as many messages as it may',
  'events-hasty': 'answers every pull at once, with nothing',
  'events-broken-xml': 'answers pulls with XML that ends in the middle',
  'events-cut': 'cuts the connection of every other pull',
  'events-no-renew': 'does not know Renew',
  'events-absolute': 'takes only moments, not lengths of time, for Renew',
} as const

export type EventFaultName = keyof typeof EVENT_FAULTS
