/** Where the canvas looks: at the start, to bring a layer into view, and while a drag is held at an edge. */
import type { useVueFlow } from '@vue-flow/core'
import type { Box, ChainLayout, Orientation } from '../../editor/chain-layout.ts'

interface Viewport {
  readonly x: number
  readonly y: number
  readonly zoom: number
}
interface Size {
  readonly width: number
  readonly height: number
}
type Instance = ReturnType<typeof useVueFlow>

const MARGIN = 36
/** A design that does not fit at this zoom starts at its beginning instead: its words stay readable. */
const READABLE = 0.7
const kept = new Map<string, Viewport>()

const reduced = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches
const duration = (): number => (reduced() ? 0 : 220)

export function rememberViewport(project: string, orientation: Orientation, viewport: Viewport): void {
  kept.set(`${project} ${orientation}`, viewport)
}

function fitted(box: Box, { width, height }: Size, largest: number): Viewport {
  const zoom = Math.min(largest, (width - 2 * MARGIN) / box.width, (height - 2 * MARGIN) / box.height)
  return { zoom, x: width / 2 - zoom * (box.x + box.width / 2), y: height / 2 - zoom * (box.y + box.height / 2) }
}

/** Where somebody left the project in this window; else the whole design, or its beginning. */
export function startViewport(project: string, { box }: ChainLayout, orientation: Orientation, size: Size): Viewport {
  const before = kept.get(`${project} ${orientation}`)
  if (before !== undefined) return before
  const whole = fitted(box, size, 1)
  if (whole.zoom >= READABLE) return orientation === 'vertical' ? { ...whole, y: Math.min(whole.y, MARGIN * 2) } : whole
  const zoom = orientation === 'vertical'
    ? Math.min(1, Math.max(READABLE, (size.width - 2 * MARGIN) / box.width))
    : Math.min(1, Math.max(READABLE, (size.height - 2 * MARGIN) / box.height))
  return orientation === 'vertical'
    ? { zoom, x: size.width / 2 - zoom * (box.x + box.width / 2), y: MARGIN - zoom * box.y }
    : { zoom, x: MARGIN - zoom * box.x, y: size.height / 2 - zoom * (box.y + box.height / 2) }
}

/** Pixels from an edge where a held drag moves the canvas, and the most that it moves in one frame. */
const EDGE = 56
const SPEED = 14

function push(at: number, low: number, high: number): number {
  const before = low + EDGE - at
  const behind = at - (high - EDGE)
  return before > 0 ? SPEED * Math.min(1, before / EDGE) : behind > 0 ? -SPEED * Math.min(1, behind / EDGE) : 0
}

export function useViewportMoves(instance: Instance) {
  const { viewport, setViewport, dimensions } = instance

  function fit(box: Box): void {
    void setViewport(fitted(box, dimensions.value, 1.25), { duration: duration() })
  }
  function zoom(factor: number): void {
    const { width, height } = dimensions.value
    const now = viewport.value
    const next = Math.min(2, Math.max(0.08, now.zoom * factor))
    const ratio = next / now.zoom
    void setViewport({
      zoom: next, x: width / 2 - (width / 2 - now.x) * ratio, y: height / 2 - (height / 2 - now.y) * ratio,
    }, { duration: duration() / 2 })
  }
  /** Moves no further than it takes. */
  function reveal(item: Box | undefined): void {
    if (item === undefined) return
    const { width, height } = dimensions.value
    const { x, y, zoom: scale } = viewport.value
    const shift = (low: number, length: number, room: number): number => {
      const margin = Math.min(MARGIN * 2, room / 4)
      if (low < margin) return margin - low
      return low + length > room - margin ? Math.max(margin - low, room - margin - low - length) : 0
    }
    const dx = shift(item.x * scale + x, item.width * scale, width)
    const dy = shift(item.y * scale + y, item.height * scale, height)
    if (dx !== 0 || dy !== 0) void setViewport({ x: x + dx, y: y + dy, zoom: scale }, { duration: duration() })
  }
  function panTowards(x: number, y: number, box: DOMRect): void {
    if (x < box.left || x > box.right || y < box.top || y > box.bottom) return
    const dx = push(x, box.left, box.right)
    const dy = push(y, box.top, box.bottom)
    const now = viewport.value
    if (dx !== 0 || dy !== 0) void setViewport({ x: now.x + dx, y: now.y + dy, zoom: now.zoom })
  }
  /** Brings a place along the chain to the middle. */
  function look(at: number, orientation: Orientation): void {
    const { width, height } = dimensions.value
    const now = viewport.value
    void setViewport(
      orientation === 'vertical' ? { ...now, y: height / 2 - at * now.zoom } : { ...now, x: width / 2 - at * now.zoom }
    )
  }
  return { fit, zoom, reveal, panTowards, look }
}
