/**
 * Dragging layers, from the palette and on the canvas. The drag follows the pointer; the canvas says which slot is
 * nearest; the slot says whether the layers can stand there. Nothing of this is in the document or its history.
 */
import { shallowReactive } from 'vue'
import type { DesignNode } from '../../core/flow/design.ts'
import type { Issue } from '../../core/issues.ts'
import type { ChainGap } from './chain-layout.ts'

export interface DragLoad {
  readonly title: string
  readonly icon: string
  readonly hue: string
  readonly count: number
  readonly nodes: readonly DesignNode[]
  /** Ids of the nodes that move; empty for new ones. */
  readonly moved: readonly string[]
  refusal(gap: ChainGap, copying: boolean): Issue | undefined
  drop(gap: ChainGap, copying: boolean): void
}

export interface DragSurface {
  /** Called when a drag begins; gives all slots. */
  begin(): readonly ChainGap[]
  /** The slot for a point of the window; undefined outside of the canvas. */
  gapAt(x: number, y: number): ChainGap | undefined
  /** Called on every frame of a drag near an edge of the canvas. */
  panTowards(x: number, y: number): void
}

interface DragState {
  load: DragLoad | undefined
  x: number
  y: number
  slot: string | undefined
  against: Issue | undefined
  copying: boolean
  /** Slots where the layers cannot stand, as far as that has been found out. */
  closed: ReadonlySet<string>
  /** The slot that a list of layers is open for. */
  marked: string | undefined
  /** The last refusal, said a while longer at its slot. */
  refused: { readonly slot: string; readonly issue: Issue } | undefined
}

/** Pixels that the pointer moves before a press becomes a drag. */
const THRESHOLD = 4
const REFUSED_SHOWN = 4500
/** Milliseconds of each frame that are spent on finding out which slots are closed. */
const BUDGET = 6

export const drag = shallowReactive<DragState>({
  load: undefined, x: 0, y: 0, slot: undefined, against: undefined, copying: false, closed: new Set(),
  marked: undefined, refused: undefined,
})

let surface: DragSurface | undefined
let refusedTimer: ReturnType<typeof setTimeout> | undefined

export function setDragSurface(next: DragSurface | undefined): void {
  surface = next
}

/** Follows a press; it becomes a drag when the pointer moves, and else is a click, for the caller. */
export function pressLayer(event: PointerEvent, load: () => DragLoad, click?: () => void): void {
  if (event.button !== 0) return
  const start = { x: event.clientX, y: event.clientY }
  const known = new Map<string, Issue | undefined>()
  let gap: ChainGap | undefined
  let frame = 0
  let unknown: ChainGap[] = []

  function refusalAt(at: ChainGap): Issue | undefined {
    const key = `${at.slot} ${String(drag.copying)}`
    if (!known.has(key)) known.set(key, drag.load?.refusal(at, drag.copying))
    return known.get(key)
  }
  function findClosed(): void {
    if (unknown.length === 0) return
    const until = performance.now() + BUDGET
    const closed = new Set(drag.closed)
    while (unknown.length > 0 && performance.now() < until) {
      const next = unknown.pop()
      if (next !== undefined && refusalAt(next) !== undefined) closed.add(next.slot)
    }
    if (closed.size > drag.closed.size) drag.closed = closed
  }
  function aim(): void {
    gap = surface?.gapAt(drag.x, drag.y)
    drag.slot = gap?.slot
    if (gap === undefined) {
      drag.against = undefined
      return
    }
    drag.against = refusalAt(gap)
  }
  function pan(): void {
    frame = requestAnimationFrame(pan)
    surface?.panTowards(drag.x, drag.y)
    findClosed()
    aim()
  }
  function move(moved: PointerEvent): void {
    if (drag.load === undefined) {
      if (Math.hypot(moved.clientX - start.x, moved.clientY - start.y) < THRESHOLD) return
      drag.load = load()
      drag.refused = undefined
      drag.closed = new Set()
      unknown = [...surface?.begin() ?? []].reverse()
      document.documentElement.classList.add('dragging-layer')
      frame = requestAnimationFrame(pan)
    }
    drag.x = moved.clientX
    drag.y = moved.clientY
    drag.copying = moved.altKey && drag.load.moved.length > 0
    aim()
  }
  function end(commit: boolean): void {
    removeEventListener('pointermove', move)
    removeEventListener('pointerup', up)
    removeEventListener('pointercancel', cancel)
    removeEventListener('keydown', key, true)
    cancelAnimationFrame(frame)
    document.documentElement.classList.remove('dragging-layer')
    const { load: dropped, against, copying } = drag
    drag.load = undefined
    drag.slot = undefined
    drag.against = undefined
    if (!commit || dropped === undefined || gap === undefined) return
    if (against === undefined) dropped.drop(gap, copying)
    else sayRefused(gap.slot, against)
  }
  function up(): void {
    if (drag.load === undefined) click?.()
    end(true)
  }
  function cancel(): void {
    end(false)
  }
  function key(pressed: KeyboardEvent): void {
    if (pressed.key !== 'Escape' || drag.load === undefined) return
    pressed.preventDefault()
    pressed.stopPropagation()
    end(false)
  }
  addEventListener('pointermove', move)
  addEventListener('pointerup', up)
  addEventListener('pointercancel', cancel)
  addEventListener('keydown', key, true)
}

function sayRefused(slot: string, issue: Issue): void {
  clearTimeout(refusedTimer)
  drag.refused = { slot, issue }
  refusedTimer = setTimeout(() => { drag.refused = undefined }, REFUSED_SHOWN)
}
