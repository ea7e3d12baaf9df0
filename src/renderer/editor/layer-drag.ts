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
  /** The last refusal, said a while longer at its slot. */
  refused: { readonly slot: string; readonly issue: Issue } | undefined
}

/** Pixels that the pointer moves before a press becomes a drag. */
const THRESHOLD = 4
const REFUSED_SHOWN = 4500

export const drag = shallowReactive<DragState>({
  load: undefined, x: 0, y: 0, slot: undefined, against: undefined, copying: false, refused: undefined,
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

  function aim(): void {
    const { load: current } = drag
    gap = surface?.gapAt(drag.x, drag.y)
    drag.slot = gap?.slot
    if (current === undefined || gap === undefined) {
      drag.against = undefined
      return
    }
    const key = `${gap.slot} ${String(drag.copying)}`
    if (!known.has(key)) known.set(key, current.refusal(gap, drag.copying))
    drag.against = known.get(key)
  }
  function pan(): void {
    frame = requestAnimationFrame(pan)
    surface?.panTowards(drag.x, drag.y)
    aim()
  }
  function move(moved: PointerEvent): void {
    if (drag.load === undefined) {
      if (Math.hypot(moved.clientX - start.x, moved.clientY - start.y) < THRESHOLD) return
      drag.load = load()
      drag.refused = undefined
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
