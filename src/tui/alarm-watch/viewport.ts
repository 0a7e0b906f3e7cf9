/** Which rows are on the screen. Following: always the top of the list. Pinned: no row moves between aim and key. */
import type {Item, Items} from './items.ts'

export interface Viewport {
  /** Ids in the order of the screen. While pinned it grows at its end, and loses none of those on the screen. */
  readonly order: readonly number[]
  readonly follow: boolean
  /** Id of the selected alarm; absent when the list is empty. */
  readonly selected?: number
  /** Index of the first row on the screen. */
  readonly top: number
  /** Alarms that came since the list was pinned: they stand at its end, not where they belong. */
  readonly fresh: ReadonlySet<number>
  /** When another alarm came under the cursor without a key. */
  readonly slippedAt: number
}

export type Step = 'up' | 'down' | 'page-up' | 'page-down' | 'bottom' | 'next-unacked'

/** Pressing a key this soon after the row changed by itself means the row before. */
export const AIM_MS = 400

const NEVER = Number.NEGATIVE_INFINITY

export const EMPTY: Viewport = {order: [], follow: true, top: 0, fresh: new Set(), slippedAt: NEVER}

/** The view at the top of `order`, following. `now` says when the first row changed by itself; absent: by a key. */
export function followed(view: Viewport, order: readonly number[], now?: number): Viewport {
  const first = order[0]
  const slipped = now !== undefined && view.selected !== undefined && first !== view.selected
  return {
    order,
    follow: true,
    ...(first === undefined ? {} : {selected: first}),
    top: 0,
    fresh: new Set(),
    slippedAt: slipped ? now : view.slippedAt,
  }
}

/** The view with another order, pinned to the selected alarm where it is still there. */
export function reordered(view: Viewport, order: readonly number[], rows: number): Viewport {
  const {selected: before, ...rest} = view
  const selected = before !== undefined && order.includes(before) ? before : order[0]
  const next = {...rest, order, fresh: new Set<number>(), ...(selected === undefined ? {} : {selected})}
  return revealed(next, rows)
}

/** The view after alarms left: rows on the screen stay where they are. */
export function without(view: Viewport, gone: ReadonlySet<number>, rows: number): Viewport {
  const isHere = (id: number) => !gone.has(id)
  const above = view.order.slice(0, view.top).filter(isHere).length
  const at = view.selected === undefined ? 0 : view.order.indexOf(view.selected)
  const order = view.order.filter(isHere)
  const fresh = new Set([...view.fresh].filter(isHere))
  const {selected: before, ...rest} = {...view, order, fresh, top: above}
  const selected = before !== undefined && isHere(before) ? before : order[Math.min(at, order.length - 1)]
  return revealed(selected === undefined ? rest : {...rest, selected}, rows)
}

/** The view after a step of the cursor: pinned from then on. */
export function stepped(view: Viewport, step: Step, rows: number, items: Items): Viewport {
  const {order, selected} = view
  const from = selected === undefined ? 0 : Math.max(0, order.indexOf(selected))
  const to = Math.min(order.length - 1, Math.max(0, target(step, from, rows, view, items)))
  const id = order[to]
  return id === undefined ? view : revealed({...view, follow: false, selected: id, slippedAt: NEVER}, rows)
}

function target(step: Step, from: number, rows: number, {order}: Viewport, items: Items): number {
  switch (step) {
    case 'up':
      return from - 1
    case 'down':
      return from + 1
    case 'page-up':
      return from - Math.max(1, rows - 1)
    case 'page-down':
      return from + Math.max(1, rows - 1)
    case 'bottom':
      return order.length - 1
    case 'next-unacked':
      return nextUnacked(from, order, items)
  }
}

/** The next one below, or from the top again; `from` when there is no other. */
function nextUnacked(from: number, order: readonly number[], items: Items): number {
  const isUnacked = (id: number) => items.get(id)?.alarm.handling === 'new'
  const below = order.findIndex((id, index) => index > from && isUnacked(id))
  if (below >= 0) return below
  const above = order.findIndex(isUnacked)
  return above >= 0 ? above : from
}

/** Scrolls as little as shows the selected row and leaves no room unused. */
export function revealed(view: Viewport, rows: number): Viewport {
  const at = view.selected === undefined ? 0 : Math.max(0, view.order.indexOf(view.selected))
  const last = Math.max(0, view.order.length - rows)
  const top = Math.min(last, Math.max(at - rows + 1, Math.min(view.top, at)))
  return top === view.top ? view : {...view, top: Math.max(0, top)}
}

/** The items on the screen, first row first. */
export function visible({order, top}: Viewport, rows: number, items: Items): Item[] {
  return order.slice(top, top + rows).flatMap((id) => items.get(id) ?? [])
}
