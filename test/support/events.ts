/** Foreign events for tests of the store. */
import type {EventItem} from '../../src/platform/store/port.ts'

export function eventItem(id: string): EventItem {
  return {type: 'event', event: {source: '/test', id, type: 'com.example.test'}, chars: 64}
}
