/** desired − current = plan. Pure: the plan alone says what `apply` will do. Nothing is ever deleted. */
import {type SafeText, safeName} from '../lib/safe-text.ts'
import type {Camera, Device, Panel, Zone} from '../model/device.ts'
import {type Jurisdiction, UNROUTED} from '../model/jurisdiction.ts'
import {type Draft, MAX_EXTRA_COLUMNS} from './draft.ts'

export interface FieldChange {
  /** Member of the device; `extra.Column` for a column of the source. */
  readonly field: string
  /** Absent when there was nothing. */
  readonly from?: string
  readonly to: string
}

type Change =
  | {readonly kind: 'create'; readonly after: Device; readonly line?: number}
  | {
      readonly kind: 'update'
      readonly before: Device
      readonly after: Device
      readonly fields: readonly FieldChange[]
      readonly line?: number
    }

export interface Plan {
  /** Sites first: a device never names a site that is not there yet. */
  readonly changes: readonly Change[]
  /** Lines of rows that are already as the file says. */
  readonly unchanged: readonly {readonly line: number; readonly kind: Draft['kind']; readonly key: string}[]
}

/** Create or update by kind and key; an empty cell leaves what is there. `fallback` is the jurisdiction of new devices that state none. */
export function plan(drafts: readonly Draft[], current: Iterable<Device>, fallback: Jurisdiction = UNROUTED): Plan {
  const known = new Map<string, Device>()
  for (const device of current) known.set(identity(device), device)
  const sites = new Map<string, StatedSite>()
  const changes: Change[] = []
  const unchanged: {line: number; kind: Draft['kind']; key: string}[] = []
  const panels = new Map<string, Panel>()
  for (const device of known.values()) if (device.kind === 'panel') panels.set(device.account, device)
  // Zones last: they stand where their panel does, which may be a row of the same file.
  const zonesLast = [...drafts].sort((a, b) => Number(a.kind === 'zone') - Number(b.kind === 'zone'))
  for (const draft of zonesLast) {
    const before = known.get(identity(draft))
    const after = deviceOf(draft, before, panels, fallback)
    if (after.kind === 'panel') panels.set(after.account, after)
    if (after.site !== '') sites.set(after.site, stated(sites.get(after.site), draft, after))
    const change = changeOf(before, after, draft.line)
    if (change) changes.push(change)
    else unchanged.push({line: draft.line, kind: draft.kind, key: draft.key})
  }
  const siteChanges = [...sites].map(([key, site]) => siteChange(key, site, known.get(`site ${key}`)))
  return {changes: [...siteChanges.filter((change) => change !== undefined), ...changes], unchanged}
}

function identity({kind, key}: {readonly kind: string; readonly key: string}): string {
  return `${kind} ${key}`
}

function deviceOf(
  draft: Draft,
  before: Device | undefined,
  panels: ReadonlyMap<string, Panel>,
  fallback: Jurisdiction,
): Camera | Panel | Zone {
  switch (draft.kind) {
    case 'camera':
      return cameraOf(draft, before, fallback)
    case 'panel':
      return panelOf(draft, before, fallback)
    case 'zone':
      return zoneOf(draft, before, panels.get(draft.account ?? ''), fallback)
  }
}

function cameraOf(draft: Draft, before: Device | undefined, fallback: Jurisdiction): Camera {
  const old = before?.kind === 'camera' ? before : undefined
  const extra = merged(old?.extra, draft.extra)
  return {
    ...old,
    kind: 'camera',
    key: draft.key,
    name: draft.name,
    ...placeOf(draft, old, fallback),
    ...(draft.xaddr !== undefined && {xaddr: draft.xaddr}),
    ...(draft.position && {position: draft.position}),
    ...(draft.owner !== undefined && {owner: draft.owner}),
    ...(draft.supervisionMs !== undefined && {supervisionMs: draft.supervisionMs}),
    ...(extra && {extra}),
  }
}

function panelOf(draft: Draft, before: Device | undefined, fallback: Jurisdiction): Panel {
  const old = before?.kind === 'panel' ? before : undefined
  const account = draft.account ?? old?.account ?? ''
  return {
    ...old,
    kind: 'panel',
    key: draft.key,
    name: draft.name,
    ...placeOf(draft, old, fallback),
    account,
    ...(draft.maker !== undefined && {maker: draft.maker}),
    ...(draft.model !== undefined && {model: draft.model}),
    ...(draft.firmware !== undefined && {firmware: draft.firmware}),
    ...(draft.supervisionMs !== undefined && {supervisionMs: draft.supervisionMs}),
  }
}

/** A new zone stands where its panel does when its row does not say. */
function zoneOf(draft: Draft, before: Device | undefined, panel: Panel | undefined, fallback: Jurisdiction): Zone {
  const old = before?.kind === 'zone' ? before : undefined
  const partition = draft.partition ?? old?.partition
  const code = draft.code ?? old?.code
  return {
    ...old,
    kind: 'zone',
    key: draft.key,
    name: draft.name,
    ...placeOf(draft, old ?? panel, fallback),
    account: draft.account ?? old?.account ?? '',
    ...(partition !== undefined && {partition}),
    zone: draft.zone ?? old?.zone ?? '',
    ...(code !== undefined && {code}),
  }
}

/** Columns that the camera has keep their place: new ones are added only as far as there is room. */
function merged(old: Camera['extra'], added: Camera['extra']): Camera['extra'] {
  if (!old || !added) return old ?? added
  const columns = new Map(Object.entries(old))
  for (const [column, text] of Object.entries(added))
    if (columns.has(column) || columns.size < MAX_EXTRA_COLUMNS) columns.set(column, text)
  return Object.fromEntries(columns)
}

/** A site that was only the jurisdiction's path follows the jurisdiction; one that was named stays until the file names another. */
function placeOf(draft: Draft, old: Camera | Panel | Zone | undefined, fallback: Jurisdiction) {
  const jurisdiction = draft.jurisdiction ?? old?.jurisdiction ?? fallback
  const kept = old && old.site !== old.jurisdiction ? old.site : jurisdiction
  return {site: draft.site ?? kept, jurisdiction}
}

/** What the rows of a site say about it. The first that says something counts. */
interface StatedSite {
  readonly name?: SafeText | undefined
  readonly jurisdiction?: Jurisdiction | undefined
  /** Where its first device stands: for a new site that no row says more about. */
  readonly fallback: Jurisdiction
}

function stated(so: StatedSite | undefined, draft: Draft, device: Camera | Panel | Zone): StatedSite {
  const about = draft.site !== undefined || draft.jurisdiction === device.site
  return {
    name: so?.name ?? (about ? draft.siteName : undefined),
    jurisdiction: so?.jurisdiction ?? (about ? draft.jurisdiction : undefined),
    fallback: so?.fallback ?? device.jurisdiction,
  }
}

function siteChange(key: string, site: StatedSite, before: Device | undefined): Change | undefined {
  const old = before?.kind === 'site' ? before : undefined
  return changeOf(old, {
    kind: 'site',
    key,
    name: site.name ?? old?.name ?? safeName(key.replaceAll('.', ' / ')),
    jurisdiction: site.jurisdiction ?? old?.jurisdiction ?? site.fallback,
  })
}

function changeOf(before: Device | undefined, after: Device, line?: number): Change | undefined {
  const where = line === undefined ? {} : {line}
  if (!before) return {kind: 'create', after, ...where}
  const fields = fieldChanges(before, after)
  return fields.length === 0 ? undefined : {kind: 'update', before, after, fields, ...where}
}

function fieldChanges(before: Device, after: Device): FieldChange[] {
  const old = flat(before)
  return [...flat(after)].flatMap(([field, to]) => {
    const from = old.get(field)
    if (from === to) return []
    return [{field, ...(from !== undefined && {from}), to}]
  })
}

/** Members as text, nested ones under `name.member`. Members that are absent are not in it. */
function flat(device: Device): Map<string, string> {
  const members = new Map<string, string>()
  for (const [name, value] of Object.entries(device)) {
    if (name === 'extra')
      for (const [column, text] of Object.entries(value)) members.set(`extra.${column}`, String(text))
    else if (name === 'position') members.set(name, positionText(value as Camera['position']))
    else members.set(name, String(value))
  }
  return members
}

function positionText(position: Camera['position']): string {
  return position ? `${position.latitude}, ${position.longitude}` : ''
}
