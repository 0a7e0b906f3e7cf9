/** Messages that a receiver must take: being strict with the wrong ones is no merit when right ones are refused. */
import {type Body, body, frame} from './craft.ts'
import {ACKNOWLEDGED, byOutcome} from './judge.ts'
import type {Kit, SentRule, Step} from './rule.ts'

export const GOOD_RULES: readonly SentRule[] = [
  {
    rule: 'G1',
    name: 'link test',
    sends: 'NULL with number 0000 and an empty data block',
    expected: 'ACK',
    steps: (kit) => good(kit, {token: 'NULL', seq: '0000', data: ''}),
    judge: byOutcome(ACKNOWLEDGED),
  },
  {
    rule: 'G2',
    name: 'extended data',
    sends: 'a message with the alarm text and the room as extended data',
    expected: 'ACK',
    steps: (kit) => good(kit, {xdata: ['ITest of the receiver', 'RTest']}),
    judge: byOutcome(ACKNOWLEDGED),
  },
  {
    rule: 'G3',
    name: 'time 39 s in the past',
    sends: 'a message stamped 39 s ago',
    expected: 'ACK',
    // The stamp drops fractions of a second: rounded up, the message is not older than it says.
    steps: (kit) => good(kit, {at: Math.ceil((kit.now - 39_000) / 1000) * 1000}),
    judge: byOutcome(ACKNOWLEDGED),
  },
  {
    rule: 'G4',
    name: 'time 19 s in the future',
    sends: 'a message stamped 19 s ahead',
    expected: 'ACK',
    steps: (kit) => good(kit, {at: kit.now + 19_000}),
    judge: byOutcome(ACKNOWLEDGED),
  },
  {
    rule: 'G5',
    name: 'no time',
    sends: 'a message in clear without a time',
    expected: 'ACK',
    clearOnly: true,
    steps: (kit) => good(kit, {at: undefined}),
    judge: byOutcome(ACKNOWLEDGED),
  },
]

function good(kit: Kit, change: Partial<Body>): readonly Step[] {
  return [{chunks: [frame(body({seq: kit.seq(0), account: kit.account, at: kit.now, ...change}, kit.cipher))]}]
}
