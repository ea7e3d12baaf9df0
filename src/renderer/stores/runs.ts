/** The training runs of the open project: the list, and what the running ones tell. */
import { defineStore } from 'pinia'
import { computed, shallowRef, triggerRef, watch } from 'vue'
import type { Progress } from '../../shared/run-events.ts'
import type { RunState, RunSummary } from '../../shared/api.ts'
import { useConnection } from './connection.ts'
import { useProject } from './project.ts'

const active: ReadonlySet<RunState> = new Set(['queued', 'running', 'paused'])

export const useRuns = defineStore('runs', () => {
  const connection = useConnection()
  const project = useProject()
  const list = shallowRef<readonly RunSummary[]>([])
  /** Last progress of each run that has told some since the window opened. */
  const progress = shallowRef(new Map<string, Progress>())
  const newestFirst = computed(() => [...list.value].sort((a, b) => b.created.localeCompare(a.created)))
  const current = computed(() => newestFirst.value.find(({ state }) => active.has(state)))

  async function refresh(): Promise<void> {
    const { id } = project
    if (id === '') {
      list.value = []
      return
    }
    const reply = await connection.request('runs.list', { project: id })
    if (reply.ok && id === project.id) list.value = reply.value
  }

  connection.on('runs.changed', ({ project: of, run }) => {
    if (of !== project.id) return
    if (run === undefined) void refresh()
    else list.value = [...list.value.filter((other) => other.run !== run.run), run]
  })
  connection.on('run.event', ({ project: of, run, event }) => {
    if (of !== project.id || event.type !== 'progress') return
    progress.value.set(run, event)
    triggerRef(progress)
  })
  connection.onReturn(() => { void refresh() })
  watch(() => project.id, () => {
    progress.value = new Map()
    void refresh()
  }, { immediate: true })

  return { list, newestFirst, current, progress, refresh }
})
