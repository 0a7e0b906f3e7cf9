/** Where a camera stands, from the ways in which inventories write it, and what is wrong when that cannot be. */
import type {Position} from '../model/device.ts'
import type {RuleId} from './rules.ts'

export type Coordinates = {readonly position: Position} | {readonly rule: RuleId; readonly at: 'latitude' | 'longitude'}

/** Two cells in decimal degrees; undefined when both are empty. */
export function coordinatesOf(latitude: string, longitude: string): Coordinates | undefined {
  if (latitude === '' && longitude === '') return undefined
  if (latitude === '') return {rule: 'coordinates-half', at: 'latitude'}
  if (longitude === '') return {rule: 'coordinates-half', at: 'longitude'}
  const lat = degrees(latitude)
  const lon = degrees(longitude)
  if (lat === undefined) return {rule: 'coordinates-number', at: 'latitude'}
  if (lon === undefined) return {rule: 'coordinates-number', at: 'longitude'}
  if (lat === 0 && lon === 0) return {rule: 'coordinates-zero', at: 'latitude'}
  if (!isInhabited(lat, lon) && isInhabited(lon, lat)) return {rule: 'coordinates-swapped', at: 'latitude'}
  if (Math.abs(lat) > 90) return {rule: 'coordinates-range', at: 'latitude'}
  if (Math.abs(lon) > 180) return {rule: 'coordinates-range', at: 'longitude'}
  return {position: {latitude: lat, longitude: lon}}
}

/**
 * False where no city is: off the globe, south of 60° S, and north of 72° N but for Svalbard. Exchanged pairs of most
 * countries fall there (22.5 N 114 E, 39.3 N 76.6 W).
 */
function isInhabited(latitude: number, longitude: number): boolean {
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180 || latitude < -60) return false
  return latitude <= 72 || (latitude < 81 && longitude > 10 && longitude < 35)
}

/** Latitude and longitude of `POINT (longitude latitude)` (well-known text) or `(latitude, longitude)`. */
export function pairOf(text: string): readonly [latitude: string, longitude: string] | undefined {
  const point = /^(?:SRID=\d+;)?\s*POINT\s*\(\s*(\S+)\s+(\S+)\s*\)$/i.exec(text)
  if (point) return [point[2]!, point[1]!]
  const pair = /^\(?\s*([^\s,()]+)\s*,\s*([^\s,()]+)\s*\)?$/.exec(text)
  return pair ? [pair[1]!, pair[2]!] : undefined
}

/** Decimal degrees, full-width digits and a decimal comma included. */
function degrees(text: string): number | undefined {
  const plain = text
    .normalize('NFKC')
    .replace(/\s/g, '')
    .replace(/^([+-]?\d+),(\d+)$/, '$1.$2')
  return /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : undefined
}
