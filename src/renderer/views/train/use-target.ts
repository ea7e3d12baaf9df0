/** The target density of the document, as the studio reads it: asked for anew whenever it changes. */
import { computed, shallowRef, watch } from 'vue'
import { takesData } from '../../../core/objectives/shapes.ts'
import type { Issue } from '../../../core/issues.ts'
import type { TargetPreview } from '../../../shared/api.ts'
import { useConnection } from '../../stores/connection.ts'
import { useProject } from '../../stores/project.ts'
import type { Problem } from '../data/problems.ts'
import { targetProblems } from './target-form.ts'

export function useTarget() {
  const connection = useConnection()
  const project = useProject()
  /** Whether the objective fits a target at all. */
  const wanted = computed(() => project.document !== undefined && !takesData(project.document.training.objective))
  const preview = shallowRef<TargetPreview>()
  const failure = shallowRef<readonly Issue[]>([])
  const key = computed(() => {
    const { document } = project
    return wanted.value && document !== undefined ? JSON.stringify([project.id, document.target, document.design.event, document.design.layers[0], document.training.seed]) : ''
  })
  let asked = ''

  async function load(): Promise<void> {
    const of = key.value
    asked = of
    if (of === '') {
      preview.value = undefined
      failure.value = []
      return
    }
    const reply = await connection.request('target.preview', { project: project.id })
    if (asked !== of) return
    preview.value = reply.ok ? reply.value : undefined
    failure.value = reply.ok ? [] : reply.issues
  }
  // Before the studio has taken an edit it would answer about the target as it was.
  watch([key, () => project.saved], ([now, saved]) => { if (saved && now !== asked) void load() }, { immediate: true })
  connection.onReturn(() => { void load() })

  const problems = computed((): readonly Problem[] => {
    if (!wanted.value) return []
    if (preview.value !== undefined) return targetProblems(project.document?.target, preview.value)
    return failure.value.map((issue) => ({ issue }))
  })
  /** Whether a run could start: nothing is wrong, and that has been found out. */
  const ready = computed(() => preview.value !== undefined && problems.value.every(({ issue }) => issue.severity !== 'error'))
  return { wanted, preview, problems, ready }
}
