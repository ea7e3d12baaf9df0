/** Which runs are compared: picked with the pointer or the keyboard, as in any list. */
import { computed, ref, shallowRef, watch } from 'vue'
import type { RunSummary } from '../../../shared/api.ts'
import { useRuns } from '../../stores/runs.ts'

export function useRunSelection() {
  const runs = useRuns()
  /** In the order in which they were picked, which is that of their colours. */
  const picked = shallowRef<readonly string[]>([])
  const anchor = ref<string>()
  const touched = ref(false)
  const keys = computed(() => new Set<string | number>(picked.value))
  const selected = computed(() => picked.value.flatMap((run) => runs.list.find((summary) => summary.run === run) ?? []))

  function set(chosen: readonly string[]): void {
    touched.value = true
    picked.value = chosen
  }
  function toggle(run: string): void {
    anchor.value = run
    set(keys.value.has(run) ? picked.value.filter((other) => other !== run) : [...picked.value, run])
  }
  /** `order`: the runs as the table shows them, for a range. */
  function choose({ run }: RunSummary, event: MouseEvent | KeyboardEvent, order: readonly string[]): void {
    const [from, to] = [order.indexOf(anchor.value ?? ''), order.indexOf(run)]
    if (event.ctrlKey || event.metaKey || event instanceof KeyboardEvent) toggle(run)
    else if (event.shiftKey && from >= 0 && to >= 0) {
      const range = order.slice(Math.min(from, to), Math.max(from, to) + 1)
      set([...picked.value.filter((other) => range.includes(other)), ...range.filter((other) => !keys.value.has(other))])
    } else {
      anchor.value = run
      set([run])
    }
  }
  // Until something is picked, the newest run is looked at; what was deleted goes.
  watch(() => runs.newestFirst.map(({ run }) => run), (names) => {
    const there = picked.value.filter((run) => names.includes(run))
    picked.value = there.length === 0 && (!touched.value || picked.value.length > 0) ? names.slice(0, 1) : there
  }, { immediate: true })

  return { picked, keys, selected, toggle, choose, set }
}
