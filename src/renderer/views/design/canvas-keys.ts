/** Keys while the canvas has the focus: arrows walk along the flow, with Alt they move the layers. */
import { isRepeat } from '../../../core/flow/design.ts'
import { useActions } from '../../editor/actions.ts'
import { slotOf } from '../../editor/drop.ts'
import { useFlow } from '../../stores/flow.ts'
import { usePreferences } from '../../stores/preferences.ts'
import { useSelection } from '../../stores/selection.ts'

interface Emits {
  edit(): void
  insert(slot: string): void
}

export function useCanvasKeys({ edit, insert }: Emits): (event: KeyboardEvent) => void {
  const flow = useFlow()
  const selection = useSelection()
  const actions = useActions()
  const preferences = usePreferences()

  function walk(by: 1 | -1, extend: boolean): void {
    const { order } = flow.layout
    const at = order.indexOf(selection.focus ?? '')
    const next = order[at < 0 ? (by > 0 ? 0 : order.length - 1) : Math.min(order.length - 1, Math.max(0, at + by))]
    if (next === undefined) return
    if (extend && !next.startsWith('@')) selection.extend(next, order)
    else selection.set([next])
    selection.wanted = { id: next }
  }
  /** Out of a block and into it: across the direction of the chain. */
  function cross(by: 1 | -1): void {
    const place = flow.places.get(selection.focus ?? '')
    if (place === undefined) return
    const isBlock = isRepeat(place.node)
    const isFolded = flow.folded.has(place.node.id)
    if (by > 0 && isBlock && isFolded) actions.fold(place.node.id, false)
    else if (by > 0 && isBlock) walk(1, false)
    else if (by < 0 && isBlock && !isFolded) actions.fold(place.node.id, true)
    else if (by < 0 && place.parent !== null) selection.reveal(place.parent)
  }

  const keys: Readonly<Record<string, (event: KeyboardEvent) => void>> = {
    Enter: edit,
    Escape: () => { selection.clear() },
    Home: () => { selection.reveal(flow.layout.order[0] ?? '') },
    End: () => { selection.reveal(flow.layout.order.at(-1) ?? '') },
    ' ': () => { /* Held with a drag, it moves the canvas; it must not scroll the page. */ },
    '+': () => { insert(slotOf(actions.besideSelection())) },
  }

  return (event) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey) return
    const vertical = preferences.values.orientation === 'vertical'
    const [back, on, out, into] = vertical
      ? ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight']
      : ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']
    const by = event.key === on ? 1 : event.key === back ? -1 : undefined
    const across = event.key === into ? 1 : event.key === out ? -1 : undefined
    if (by !== undefined && event.altKey) actions.shift(by)
    else if (by !== undefined) walk(by, event.shiftKey)
    else if (across !== undefined && !event.altKey) cross(across)
    else if (!event.altKey && keys[event.key] !== undefined) keys[event.key]?.(event)
    else return
    event.preventDefault()
  }
}
