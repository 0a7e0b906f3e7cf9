/** An inventory for a city that has none: streets, posts and names, the same for the same seed. */
import {seededRandom} from '../../lib/random.ts'
import {safeName} from '../../lib/safe-text.ts'
import type {Camera} from '../../model/device.ts'
import {jurisdictionOf} from '../../model/jurisdiction.ts'

const DISTRICTS = ['Lakeside', 'Old Town', 'North Gate', 'Harbour', 'University', '新城']
const STREETS = [
  'Mill Street',
  'Canal Road',
  'Station Square',
  'Market Lane',
  '人民路',
  '中山路',
  'Bridge Street',
  'Foundry Row',
]
const PLACES = ['crossing', 'entrance', 'car park', 'platform', 'gate', '路口']
const POSTS_PER_DISTRICT = 4

/** `count` cameras without addresses, spread over the posts of six districts of the city `demo`. */
export function inventCameras(count: number, seed: number): Camera[] {
  const random = seededRandom(seed)
  const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)] ?? ''
  return Array.from({length: count}, (_, index) => {
    const district = DISTRICTS[index % DISTRICTS.length] ?? ''
    const post = `${(index % DISTRICTS.length) + 1}${1 + Math.floor(random() * POSTS_PER_DISTRICT)}`
    const jurisdiction = jurisdictionOf(['demo', district, post])
    return {
      kind: 'camera',
      key: `C${String(index + 1).padStart(4, '0')}`,
      name: safeName(`${pick(STREETS)} ${1 + Math.floor(random() * 180)} ${pick(PLACES)}`),
      site: jurisdiction,
      jurisdiction,
      position: {latitude: round(30.25 + random() * 0.1), longitude: round(120.15 + random() * 0.1)},
    }
  })
}

function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6
}
