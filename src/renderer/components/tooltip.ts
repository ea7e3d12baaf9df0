/**
 * One tooltip for the whole window: shown after a short rest of the pointer, or when the keyboard reaches its element.
 */
import { onScopeDispose, shallowRef } from 'vue'

export type Side = 'bottom' | 'right' | 'top' | 'left'
export interface TooltipContent {
  readonly text: string
  readonly keys?: string | undefined
  readonly side?: Side | undefined
}
interface Shown extends TooltipContent {
  readonly target: Element
}

const DELAY = 450
/** Moving from one button to the next shows the next one at once. */
const STAYS_WARM = 400

export const tooltipShown = shallowRef<Shown>()
let timer: ReturnType<typeof setTimeout> | undefined
let lastHidden = 0

function show(target: Element, content: TooltipContent): void {
  clearTimeout(timer)
  if (content.text === '') return
  const warm = tooltipShown.value !== undefined || performance.now() - lastHidden < STAYS_WARM
  timer = setTimeout(() => { if (target.isConnected) tooltipShown.value = { ...content, target } }, warm ? 0 : DELAY)
}

function hideTooltip(): void {
  clearTimeout(timer)
  if (tooltipShown.value !== undefined) lastHidden = performance.now()
  tooltipShown.value = undefined
}

/** Listeners for `v-on`. */
export function useTooltip(content: () => TooltipContent) {
  onScopeDispose(hideTooltip)
  return {
    pointerenter: (event: PointerEvent) => {
      if (event.pointerType === 'mouse' && event.buttons === 0) show(event.currentTarget as Element, content())
    },
    pointerleave: hideTooltip,
    pointerdown: hideTooltip,
    focus: (event: FocusEvent) => {
      const target = event.currentTarget as Element
      if (target.matches(':focus-visible')) show(target, content())
    },
    blur: hideTooltip,
  }
}
