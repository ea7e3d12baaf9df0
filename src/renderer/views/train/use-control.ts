/** Starting, pausing, resuming and stopping; what was refused is kept to be shown in place. */
import { until } from '@vueuse/core'
import { type Ref, computed, ref, shallowRef, watch } from 'vue'
import type { Issue } from '../../../core/issues.ts'
import type { RunSummary } from '../../../shared/api.ts'
import { DEFAULT_ENGINE, type EngineName, isEngineName } from '../../../shared/engines.ts'
import { useConnection } from '../../stores/connection.ts'
import { usePreferences } from '../../stores/preferences.ts'
import { useProject } from '../../stores/project.ts'
import { useRuns } from '../../stores/runs.ts'
import { isActive } from './words.ts'

export type Action = 'start' | 'pause' | 'continue' | 'stop' | 'resume'

const ENGINE = 'train.engine'
/** Longest wait for the studio to take the last edit before a run is started without it. */
const PATIENCE = 5000

export function useControl(run: Ref<RunSummary | undefined>, picked: Ref<string | undefined>) {
  const connection = useConnection()
  const preferences = usePreferences()
  const project = useProject()
  const runs = useRuns()
  const busy = ref<Action>()
  const stoppingRun = ref<string>()
  const refusal = shallowRef<readonly Issue[]>([])

  const engine = computed({
    get: (): EngineName => {
      const chosen = String(preferences.values.view[ENGINE] ?? '')
      return isEngineName(chosen) ? chosen : DEFAULT_ENGINE
    },
    set: (name) => { preferences.values.view[ENGINE] = name },
  })
  /** A stop takes the steps under way and a checkpoint. */
  const stopping = computed(() => run.value !== undefined && isActive(run.value.state) && (busy.value === 'stop' || stoppingRun.value === run.value.run))

  async function act(action: Action): Promise<void> {
    if (busy.value !== undefined) return
    busy.value = action
    refusal.value = []
    try {
      if (action === 'start') await start()
      else await control(action)
    } finally {
      busy.value = undefined
    }
  }

  async function start(): Promise<void> {
    await until(() => project.saved).toBe(true, { timeout: PATIENCE })
    const reply = await connection.request('runs.start', { project: project.id, engine: engine.value })
    if (reply.ok) {
      picked.value = undefined
      await runs.refresh()
    } else refusal.value = reply.issues
  }

  async function control(action: Exclude<Action, 'start'>): Promise<void> {
    const name = run.value?.run
    if (name === undefined) return
    if (action === 'stop') stoppingRun.value = name
    const reply = await connection.request('runs.control', { project: project.id, run: name, action })
    if (reply.ok) return
    refusal.value = reply.issues
    stoppingRun.value = undefined
  }
  watch(() => run.value?.state, (state) => { if (state !== undefined && !isActive(state)) stoppingRun.value = undefined })
  // What was refused was about the document as it was.
  watch(() => project.document, () => { refusal.value = [] })

  return { busy, stopping, refusal, engine, act }
}
