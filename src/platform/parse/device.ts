/** Reads sites, cameras and panels that came over the network, on either side of it. */
import {MAX_NAME, MAX_TEXT, type SafeText, safeText} from '../../lib/safe-text.ts'
import {
  type Camera,
  DEVICE_KINDS,
  type Device,
  type Panel,
  type Position,
  type Site,
  type Zone,
} from '../../model/device.ts'
import {isJurisdiction, type Jurisdiction} from '../../model/jurisdiction.ts'
import {MAX_INTERVAL_MS, MIN_INTERVAL_MS} from '../../model/supervision.ts'
import {bad, Fields, present} from './fields.ts'

const MAX_KEY = 128
const MAX_URL = 512
const MAX_EXTRA = 64
const ACCOUNT = /^[0-9A-F]{3,16}$/
const NUMBER = /^(?:0|[1-9]\d{0,7})$/
const CODE = /^[0-9A-Z]{2,3}$/
const CREDENTIAL = /^(?:file:[^\u0000-\u001F]{1,480}|env:[A-Za-z_][A-Za-z0-9_]{0,100})$/

/** Throws CW_BAD_VALUE naming the member, with `where` as its path. */
export function parseDevice(value: unknown, where: string): Device {
  const fields = new Fields(value, where)
  const kind = fields.oneOf('kind', DEVICE_KINDS)
  const common = {
    key: fields.key('key', MAX_KEY),
    name: fields.text('name', MAX_NAME),
    jurisdiction: jurisdiction(fields),
  }
  switch (kind) {
    case 'site':
      return {kind, ...common} satisfies Site
    case 'camera':
      return {kind, ...common, site: siteKey(fields), ...cameraOnly(fields)} satisfies Camera
    case 'panel':
      return {
        kind,
        ...common,
        site: siteKey(fields),
        account: account(fields),
        ...present({
          maker: fields.optionalText('maker', MAX_NAME),
          model: fields.optionalText('model', MAX_NAME),
          firmware: fields.optionalText('firmware', MAX_NAME),
          supervisionMs: supervisionMs(fields),
        }),
      } satisfies Panel
    case 'zone':
      return {kind, ...common, site: siteKey(fields), account: account(fields), ...zoneOnly(fields)} satisfies Zone
  }
}

/** Throws CW_BAD_VALUE. */
export function account(fields: Fields): string {
  return fields.matching('account', ACCOUNT, '3 to 16 hex digits in upper case')
}

/** A partition or zone as inventory and signals write it, without leading zeros. Throws CW_BAD_VALUE. */
export function panelNumber(fields: Fields, name: string): string {
  return fields.matching(name, NUMBER, 'a number without leading zeros')
}

/** '' means that the site is not known. */
export function siteKey(fields: Fields): string {
  return fields.raw('site') === '' ? '' : fields.key('site', MAX_KEY)
}

export function jurisdiction(fields: Fields): Jurisdiction {
  const path = fields.raw('jurisdiction')
  if (typeof path === 'string' && isJurisdiction(path)) return path
  throw bad(fields.at('jurisdiction'), path, 'codes joined by dots, or empty')
}

function zoneOnly(fields: Fields) {
  return {
    zone: panelNumber(fields, 'zone'),
    ...present({
      partition: fields.has('partition') ? panelNumber(fields, 'partition') : undefined,
      code: fields.has('code') ? fields.matching('code', CODE, 'a code such as BA or 130') : undefined,
    }),
  }
}

function cameraOnly(fields: Fields) {
  return present({
    xaddr: fields.has('xaddr') ? xaddr(fields) : undefined,
    position: fields.has('position') ? position(fields.object('position')) : undefined,
    owner: fields.optionalText('owner', MAX_NAME),
    credential: fields.has('credential')
      ? fields.matching('credential', CREDENTIAL, 'file:PATH or env:NAME, never the login itself')
      : undefined,
    supervisionMs: supervisionMs(fields),
    extra: fields.has('extra') ? extra(fields.object('extra'), fields.at('extra')) : undefined,
  })
}

/** Null says that it is not supervised; undefined leaves it to the platform. */
function supervisionMs(fields: Fields): number | null | undefined {
  const value = fields.raw('supervisionMs')
  return value === undefined || value === null
    ? value
    : fields.integer('supervisionMs', MIN_INTERVAL_MS, MAX_INTERVAL_MS)
}

function xaddr(fields: Fields): string {
  const text = fields.key('xaddr', MAX_URL)
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return text
  // The value is not shown: userinfo may be in it.
  throw bad(fields.at('xaddr'), undefined, 'an http(s) address without user and password')
}

function position(fields: Fields): Position {
  return {latitude: fields.number('latitude', -90, 90), longitude: fields.number('longitude', -180, 180)}
}

/** Names in order, so that the same content is the same text. */
function extra(fields: Fields, where: string): Readonly<Record<string, SafeText>> {
  const names = fields.names().sort()
  if (names.length > MAX_EXTRA) throw bad(where, names, `at most ${MAX_EXTRA} columns`)
  const pairs = names.map((name) => [safeText(name, MAX_NAME), fields.text(name, MAX_TEXT)] as const)
  return Object.fromEntries(pairs.filter(([name]) => name !== '__proto__'))
}
