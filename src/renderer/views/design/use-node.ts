/** What every node of the canvas does: it is selected, dragged, opened. */
import { computed } from 'vue'
import { useActions } from '../../editor/actions.ts'
import { pressLayer } from '../../editor/layer-drag.ts'
import { moveLoad } from '../../editor/loads.ts'
import { useFlow } from '../../stores/flow.ts'
import { useSelection } from '../../stores/selection.ts'

export function useNode(id: string) {
  const flow = useFlow()
  const selection = useSelection()
  const actions = useActions()

  const node = computed(() => flow.places.get(id)?.node)
  const facts = computed(() => flow.analysis.nodes.get(id))
  const selected = computed(() => selection.isSelected(id))
  /** Inside a block that is left out. */
  const idle = computed(() => {
    for (let up = flow.places.get(id)?.parent ?? null; up !== null; up = flow.places.get(up)?.parent ?? null) {
      if (flow.places.get(up)?.node.bypass === true) return true
    }
    return false
  })
  const health = computed(() => {
    const issues = facts.value?.issues ?? []
    return issues.some(
      ({ severity }) => severity === 'error'
    ) ? 'error' as const : issues.length > 0 ? 'warning' as const : 'ok' as const
  })

  function select(event: PointerEvent): void {
    if (event.shiftKey) selection.extend(id, flow.layout.order)
    else if (event.ctrlKey || event.metaKey) selection.toggle(id)
    else selection.set([id])
  }
  /** Buttons inside of a node do their own thing. */
  function press(event: PointerEvent): void {
    if (event.target instanceof Element && event.target.closest('button, input') !== null) return
    const canvas = (event.currentTarget as Element).closest<HTMLElement>('[data-testid="canvas"]')
    canvas?.focus({ preventScroll: true })
    event.preventDefault()
    if (event.button === 2) {
      if (!selected.value) selection.set([id])
      return
    }
    pressLayer(event, () => {
      if (!selection.isSelected(id)) selection.set([id])
      return moveLoad(selection.layers, actions, flow)
    }, () => { select(event) })
  }
  return { node, facts, selected, idle, health, press, flow, actions, selection }
}
