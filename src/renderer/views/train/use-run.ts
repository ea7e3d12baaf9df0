/** The run that the Train view shows: its figures, as they are on disk and as they come. */
import { computed, ref, shallowRef, watch } from 'vue'
import { useConnection } from '../../stores/connection.ts'
import { useProject } from '../../stores/project.ts'
import { useRuns } from '../../stores/runs.ts'
import type { MetricRecord } from '../../../shared/run-events.ts'
import { Curves } from './curves.ts'

export function useRun() {
  const connection = useConnection()
  const project = useProject()
  const runs = useRuns()
  /** Chosen by hand; else the run that goes on, or the newest. */
  const picked = ref<string>()
  const run = computed(() => runs.list.find(({ run: name }) => name === picked.value) ?? runs.current ?? runs.newestFirst[0])
  const name = computed(() => run.value?.run)
  const progress = computed(() => (name.value === undefined ? undefined : runs.progress.get(name.value)))
  /** Changed in place; `version` grows with every change. */
  const curves = shallowRef(new Curves())
  const version = ref(0)
  const loading = ref(false)

  async function load(): Promise<void> {
    const of = name.value
    const fresh = new Curves()
    curves.value = fresh
    if (of === undefined) return
    // Events that come while the list is under way belong behind it.
    early = []
    loading.value = true
    const [reply, pace] = await Promise.all([
      connection.request('runs.metrics', { project: project.id, run: of }), connection.request('runs.pace', { project: project.id, run: of }),
    ])
    if (curves.value !== fresh) return
    loading.value = false
    if (reply.ok) fresh.append(reply.value)
    if (pace.ok) fresh.recall(pace.value)
    fresh.append(early ?? [])
    early = undefined
    version.value++
  }
  let early: MetricRecord[] | undefined

  const isShown = (event: { readonly project: string; readonly run: string }): boolean => event.project === project.id && event.run === name.value
  connection.on('run.metrics', (event) => {
    if (!isShown(event)) return
    if (early !== undefined) early.push(...event.records)
    else {
      curves.value.append(event.records)
      version.value++
    }
  })
  connection.on('run.event', (event) => {
    if (!isShown(event)) return
    if (event.event.type === 'progress') {
      curves.value.hear(event.event)
      version.value++
    }
    if (event.event.type === 'started') {
      curves.value.truncate(event.event.step)
      version.value++
    }
  })
  connection.onReturn(() => { void load() })
  watch(name, () => { void load() }, { immediate: true })

  return { picked, run, progress, curves, version, loading }
}
