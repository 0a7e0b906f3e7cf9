/** What a batch needs to know of the life of alarms: those of an account, masks, hand-overs, zones. */
import type {Zone} from '../../../model/device.ts'
import type {Handoff} from '../../../model/handoff.ts'
import type {Mask} from '../../../model/mask.ts'
import {append, type FactKind, keepAlarm, none, nothing} from './fact-kind.ts'
import type {Facts} from './facts.ts'
import {partsOfName} from './life-names.ts'
import type {Row} from './link.ts'

const NO_LIMIT = 2 ** 31 - 1

export const accountAlarm: FactKind = {
  select({accountAlarms}, params) {
    const names = [...accountAlarms]
    const parts = names.map((name) => partsOfName(name, 3))
    return `a.id, a.key, w.name, a.state, a.seq
      FROM unnest(
        ${params.texts(names)}, ${params.texts(parts.map(([account]) => account))},
        ${params.bigints(parts.map(([, since = 0]) => since))}, ${params.bigints(parts.map(([, , most = NO_LIMIT]) => most))}
      ) AS w (name, account, since, most)
      CROSS JOIN LATERAL (
        SELECT id, key, state, seq FROM alarm
        WHERE account = w.account AND fired_at >= w.since AND handling <> 'closed'
        ORDER BY fired_at DESC, id DESC LIMIT w.most
      ) AS a`
  },
  asked: (facts, wants) => nothing(facts.accountAlarms, wants.accountAlarms),
  keep(facts, row) {
    keepAlarm(facts, row)
    append(facts.accountAlarms, String(row.account), Number(row.id))
  },
}

export const mask: FactKind = {
  select: ({masks}, params) =>
    `id, NULL, account, state, NULL FROM mask WHERE id = ANY (${params.bigints([...masks])})`,
  asked: (facts, wants) => none(facts.masks, wants.masks),
  keep: keepMask,
}

export const accountMask: FactKind = {
  select: ({accountMasks}, params) =>
    `id, NULL, account, state, NULL FROM mask WHERE account = ANY (${params.texts([...accountMasks])}) AND is_on`,
  asked: (facts, wants) => nothing(facts.accountMasks, wants.accountMasks),
  keep(facts, row) {
    keepMask(facts, row)
    append(facts.accountMasks, String(row.account), Number(row.id))
  },
}

export const anyMask: FactKind = {
  select: ({allMasks}, params) =>
    `id, NULL, account, state, NULL FROM mask WHERE is_on AND ${params.boolean(allMasks)}`,
  asked(facts, wants) {
    if (wants.allMasks) facts.allMasks = []
  },
  keep(facts, row) {
    keepMask(facts, row)
    facts.allMasks = [...(facts.allMasks ?? []), Number(row.id)]
  },
}

export const handoff: FactKind = {
  select: ({handoffs}, params) =>
    `id, NULL, account, state, NULL FROM handoff WHERE id = ANY (${params.bigints([...handoffs])})`,
  asked: (facts, wants) => none(facts.handoffs, wants.handoffs),
  keep: keepHandoff,
}

export const accountHandoff: FactKind = {
  select({accountHandoffs}, params) {
    const names = [...accountHandoffs]
    const parts = names.map((name) => partsOfName(name, 2))
    return `h.id, NULL, w.name, h.state, NULL
      FROM unnest(
        ${params.texts(names)}, ${params.texts(parts.map(([account]) => account))},
        ${params.bigints(parts.map(([, since = 0]) => since))}
      ) AS w (name, account, since)
      JOIN handoff h ON h.account = w.account AND (h.waiting OR h.changed_at >= w.since)`
  },
  asked: (facts, wants) => nothing(facts.accountHandoffs, wants.accountHandoffs),
  keep(facts, row) {
    keepHandoff(facts, row)
    append(facts.accountHandoffs, String(row.account), Number(row.id))
  },
}

export const zone: FactKind = {
  select: ({zones}, params) =>
    `NULL, key, account, state, NULL FROM device WHERE account = ANY (${params.texts([...zones])}) AND kind = 'zone'`,
  asked: (facts, wants) => nothing(facts.zones, wants.zones),
  keep: (facts, row) => append(facts.zones, String(row.account), JSON.parse(String(row.state)) as Zone),
}

function keepMask({masks}: Facts, {id, state}: Row): void {
  masks.set(Number(id), JSON.parse(String(state)) as Mask)
}

function keepHandoff({handoffs}: Facts, {id, state}: Row): void {
  handoffs.set(Number(id), JSON.parse(String(state)) as Handoff)
}
