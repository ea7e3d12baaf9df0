/** Selecting layers by drawing a box over them; with Shift, they join what is selected. */
import { useEventListener } from '@vueuse/core'
import { type Ref, shallowRef } from 'vue'
import type { Box } from '../../editor/chain-layout.ts'
import { useFlow } from '../../stores/flow.ts'
import { useSelection } from '../../stores/selection.ts'

type ToFlow = (point: { x: number; y: number }) => { x: number; y: number }

const THRESHOLD = 3

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
const contains = (outer: Box, inner: Box): boolean =>
  outer.x <= inner.x
    && outer.y <= inner.y
    && outer.x + outer.width >= inner.x + inner.width
    && outer.y + outer.height >= inner.y + inner.height

export function useMarquee(root: Ref<HTMLElement | null>, toFlow: ToFlow) {
  const flow = useFlow()
  const selection = useSelection()
  /** In pixels of the canvas, while it is drawn. */
  const box = shallowRef<Box>()
  let spaceHeld = false
  useEventListener(window, 'keydown', ({ key }) => { if (key === ' ') spaceHeld = true })
  useEventListener(window, 'keyup', ({ key }) => { if (key === ' ') spaceHeld = false })

  function choose(
    corner: { x: number; y: number }, opposite: { x: number; y: number }, before: ReadonlySet<string>,
  ): void {
    const [a, b] = [toFlow(corner), toFlow(opposite)]
    const drawn: Box = {
      x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y),
    }
    // A block is only chosen as a whole: a box inside of it chooses its layers.
    const hit = flow.layout.items.filter(
      (item) => item.node !== undefined && (item.type === 'block' ? contains(drawn, item) : overlap(drawn, item))
    )
    selection.set([...before, ...hit.map(({ id }) => id)])
  }

  function press(event: PointerEvent): void {
    const target = event.target as Element
    if (event.button !== 0 || spaceHeld || !target.classList.contains('vue-flow__pane')) return
    const element = root.value
    if (element === null) return
    element.focus({ preventScroll: true })
    const origin = element.getBoundingClientRect()
    const start = { x: event.clientX, y: event.clientY }
    const before: ReadonlySet<string> = event.shiftKey || event.ctrlKey || event.metaKey ? selection.ids : new Set()
    element.setPointerCapture(event.pointerId)
    let moved = false
    const move = (at: PointerEvent): void => {
      if (!moved && Math.hypot(at.clientX - start.x, at.clientY - start.y) < THRESHOLD) return
      moved = true
      box.value = {
        x: Math.min(start.x, at.clientX) - origin.left, y: Math.min(start.y, at.clientY) - origin.top,
        width: Math.abs(at.clientX - start.x), height: Math.abs(at.clientY - start.y),
      }
      choose(start, { x: at.clientX, y: at.clientY }, before)
    }
    const end = (): void => {
      element.removeEventListener('pointermove', move)
      box.value = undefined
      if (!moved && before.size === 0) selection.clear()
    }
    element.addEventListener('pointermove', move)
    element.addEventListener('lostpointercapture', end, { once: true })
  }
  return { box, press }
}
