/** Which nodes of the design are selected: shared by canvas, inspector, issues and the other views. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

/** The two ends of the chain are selectable like layers; `@` cannot be in the id of a node. */
export const DATA_END = '@data'
export const BASE_END = '@base'

export const useSelection = defineStore('selection', () => {
  const ids = shallowRef<ReadonlySet<string>>(new Set())
  /** The node that keys act on and that a range is drawn from. */
  const focus = ref<string>()
  const anchor = ref<string>()
  /** Asks the canvas to bring a node into view; a new object for every request. */
  const wanted = shallowRef<{ readonly id: string }>()

  const only = computed(() => (ids.value.size === 1 ? [...ids.value][0] : undefined))
  const layers = computed(() => [...ids.value].filter((id) => !id.startsWith('@')))
  const isSelected = (id: string): boolean => ids.value.has(id)

  function set(chosen: Iterable<string>, focused?: string): void {
    ids.value = new Set(chosen)
    focus.value = focused ?? [...ids.value].at(-1)
    anchor.value = focus.value
  }
  function toggle(id: string): void {
    const next = new Set(ids.value)
    if (!next.delete(id)) next.add(id)
    ids.value = next
    focus.value = id
    anchor.value = id
  }
  /** Everything between the anchor and `id` in the given order. */
  function extend(id: string, order: readonly string[]): void {
    const from = order.indexOf(anchor.value ?? id)
    const to = order.indexOf(id)
    if (from < 0 || to < 0) {
      set([id])
      return
    }
    ids.value = new Set(order.slice(Math.min(from, to), Math.max(from, to) + 1))
    focus.value = id
  }
  function clear(): void {
    ids.value = new Set()
    focus.value = undefined
    anchor.value = undefined
  }
  /** Selects a node and brings it into view. */
  function reveal(id: string): void {
    set([id])
    wanted.value = { id }
  }
  return { ids, focus, only, layers, wanted, isSelected, set, toggle, extend, clear, reveal }
})
