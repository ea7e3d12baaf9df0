/** The curves of several runs: read once, and kept up while they train. */
import { type Ref, shallowRef, watch } from 'vue'
import type { Issue } from '../../../core/issues.ts'
import { useConnection } from '../../stores/connection.ts'
import { useProject } from '../../stores/project.ts'
import { Curves } from '../train/curves.ts'

export function useCurves(picked: Ref<readonly string[]>) {
  const connection = useConnection()
  const project = useProject()
  /** A new map whenever a curve in it has grown. */
  const curves = shallowRef<ReadonlyMap<string, Curves>>(new Map())
  const failures = shallowRef<readonly Issue[]>([])

  const known = new Map<string, Curves>()
  const tell = (): void => { curves.value = new Map(known) }

  async function load(run: string): Promise<void> {
    const fresh = new Curves()
    known.set(run, fresh)
    const reply = await connection.request('runs.metrics', { project: project.id, run })
    if (reply.ok) fresh.append(reply.value)
    else {
      known.delete(run)
      failures.value = reply.issues
    }
    tell()
  }
  watch(picked, (names) => {
    failures.value = []
    for (const name of names) if (!known.has(name)) void load(name)
  }, { immediate: true })
  connection.on('run.metrics', ({ project: of, run, records }) => {
    if (of !== project.id) return
    known.get(run)?.append(records)
    tell()
  })
  connection.on('run.event', ({ project: of, run, event }) => {
    if (of === project.id && event.type === 'started') known.get(run)?.truncate(event.step)
  })
  connection.onReturn(() => {
    known.clear()
    for (const name of picked.value) void load(name)
  })
  return { curves, failures }
}
