/** The project's data as the studio reads them: asked for anew whenever the settings change and the studio has them. */
import { computed, ref, shallowRef, watch } from 'vue'
import type { Issue } from '../../../core/issues.ts'
import type { DataColumns, DataPreview } from '../../../shared/api.ts'
import { useConnection } from '../../stores/connection.ts'
import { useProject } from '../../stores/project.ts'
import { type Problem, dataProblems } from './problems.ts'

/** `rows`: how many of the first rows; `columns`: whether to ask what the file offers as well. */
export function useData({ rows, columns: withColumns }: { readonly rows: number; readonly columns: boolean }) {
  const connection = useConnection()
  const project = useProject()
  const preview = shallowRef<DataPreview>()
  const columns = shallowRef<DataColumns>()
  const issues = shallowRef<readonly Issue[]>([])
  const loading = ref(false)
  const settings = computed(() => project.document?.data)
  /** Everything that the answer depends on; synthetic rows come from the seed. */
  const key = computed(() => JSON.stringify([project.id, settings.value, project.document?.training.seed]))
  let asked = ''

  async function load(): Promise<void> {
    const { id } = project
    const wanted = key.value
    asked = wanted
    if (id === '' || settings.value === undefined) {
      preview.value = undefined
      columns.value = undefined
      issues.value = []
      loading.value = false
      return
    }
    loading.value = true
    if (withColumns) {
      void connection.request('data.columns', { project: id }).then((reply) => {
        if (asked === wanted) columns.value = reply.ok ? reply.value : undefined
        return undefined
      })
    }
    const reply = await connection.request('data.preview', { project: id, rows })
    if (asked !== wanted) return
    loading.value = false
    preview.value = reply.ok ? reply.value : undefined
    issues.value = reply.ok ? [] : reply.issues
  }
  // Before the studio has taken an edit it would answer about the data as they were.
  watch([key, () => project.saved], ([wanted, saved]) => { if (saved && wanted !== asked) void load() }, { immediate: true })
  connection.onReturn(() => { void load() })

  const problems = computed((): readonly Problem[] => {
    const { document } = project
    if (document === undefined) return []
    return preview.value === undefined ? issues.value.map((issue) => ({ issue })) : dataProblems(document, preview.value)
  })
  return { settings, preview, columns, issues, loading, problems, reload: load }
}
