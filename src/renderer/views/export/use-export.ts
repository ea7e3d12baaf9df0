/** The run that is taken away, and its last export. */
import { computed, ref, shallowRef, watch } from 'vue'
import * as v from 'valibot'
import type { Issue } from '../../../core/issues.ts'
import type { RunDetail } from '../../../shared/api.ts'
import { useConnection } from '../../stores/connection.ts'
import { usePreferences } from '../../stores/preferences.ts'
import { useProject } from '../../stores/project.ts'
import { useRuns } from '../../stores/runs.ts'

export interface Exported {
  readonly files: readonly string[]
  readonly parity: Readonly<Record<string, number | null>>
  /** Of the weights that were exported. */
  readonly step: number | undefined
}

const reportSchema = v.object({ step: v.number(), parity: v.record(v.string(), v.number()) })
const FILES = ['density.onnx', 'sampler.onnx', 'report.json']

export function useExport() {
  const connection = useConnection()
  const preferences = usePreferences()
  const project = useProject()
  const runs = useRuns()
  const withWeights = computed(() => runs.newestFirst.filter(({ best, step }) => best !== undefined || step > 0))
  const chosen = computed({
    get: () => withWeights.value.find(({ run }) => run === preferences.values.view['export.run'])?.run ?? withWeights.value[0]?.run ?? '',
    set: (run) => { preferences.values.view['export.run'] = run },
  })
  const run = computed(() => withWeights.value.find((summary) => summary.run === chosen.value))
  const detail = shallowRef<RunDetail>()
  const exported = shallowRef<Exported>()
  const issues = shallowRef<readonly Issue[]>([])
  const busy = ref(false)

  async function look(id: string): Promise<void> {
    detail.value = undefined
    exported.value = undefined
    issues.value = []
    if (id === '') return
    const where = { project: project.id, run: id }
    const [found, report] = await Promise.all([connection.request('runs.get', where), connection.request('export.file', { ...where, file: 'report.json' })])
    if (id !== chosen.value) return
    if (found.ok) detail.value = found.value
    else issues.value = found.issues
    // Without a report there has been no export yet.
    const parsed = report.ok ? v.safeParse(reportSchema, parsedJson(report.value.bytes)) : undefined
    if (parsed?.success === true) exported.value = { files: FILES, parity: parsed.output.parity, step: parsed.output.step }
  }
  watch(chosen, (id) => { void look(id) }, { immediate: true })
  connection.onReturn(() => { void look(chosen.value) })

  async function make(): Promise<void> {
    const id = chosen.value
    busy.value = true
    issues.value = []
    const reply = await connection.request('export.onnx', { project: project.id, run: id })
    busy.value = false
    if (id !== chosen.value) return
    if (!reply.ok) {
      issues.value = reply.issues
      return
    }
    await look(id)
    exported.value ??= { files: reply.value.files, parity: reply.value.report, step: undefined }
  }
  /** A file of the last export; undefined when it could not be had, which has then been said. */
  async function read(file: string): Promise<Uint8Array | undefined> {
    const reply = await connection.request('export.file', { project: project.id, run: chosen.value, file })
    if (reply.ok) return reply.value.bytes
    issues.value = reply.issues
    return undefined
  }
  return { withWeights, chosen, run, detail, exported, issues, busy, make, read }
}
export type ExportState = ReturnType<typeof useExport>

function parsedJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    // A report that was cut short counts as none: the next export writes it anew.
    return undefined
  }
}
