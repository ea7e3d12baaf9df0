/** What can be done with a run; refusals are kept, to be shown beside it. */
import { ref, shallowRef } from 'vue'
import { documentJson } from '../../../core/design/document.ts'
import type { Issue } from '../../../core/issues.ts'
import type { RunSummary } from '../../../shared/api.ts'
import type { RequestName, RequestOf } from '../../../shared/requests.ts'
import { WORK_CANCELLED } from '../../../shared/run-events.ts'
import { useConnection } from '../../stores/connection.ts'
import { useNavigation } from '../../stores/navigation.ts'
import { useNotices } from '../../stores/notices.ts'
import { useProject } from '../../stores/project.ts'
import { replaceDesign } from './replace-design.ts'

export function useRunActions() {
  const connection = useConnection()
  const navigation = useNavigation()
  const notices = useNotices()
  const project = useProject()
  const busy = ref(false)
  const refusal = shallowRef<readonly Issue[]>([])

  async function ask<N extends RequestName>(name: N, request: RequestOf<N>) {
    busy.value = true
    refusal.value = []
    const reply = await connection.request(name, request)
    busy.value = false
    if (!reply.ok) refusal.value = reply.issues.filter(({ code }) => code !== WORK_CANCELLED)
    return reply
  }
  const of = ({ run }: RunSummary) => ({ project: project.id, run })

  async function rename(run: RunSummary, name: string): Promise<void> {
    await ask('runs.update', { ...of(run), name })
  }
  async function note(run: RunSummary, text: string): Promise<void> {
    await ask('runs.update', { ...of(run), note: text })
  }
  async function resume(run: RunSummary): Promise<void> {
    await ask('runs.control', { ...of(run), action: 'resume' })
  }
  async function evaluate(run: RunSummary): Promise<void> {
    await ask('runs.evaluate', of(run))
  }
  async function restore(where: { readonly project: string; readonly run: string }): Promise<void> {
    const reply = await connection.request('runs.restore', where)
    if (!reply.ok) notices.issues(reply.issues)
  }
  async function remove(run: RunSummary): Promise<void> {
    const where = of(run)
    const reply = await ask('runs.delete', where)
    if (!reply.ok) return
    notices.tell(`Deleted “${run.name}”`, {
      label: 'Undo',
      run: () => { void restore(where) },
    })
  }
  /** The design as it was trained, as a project of its own. */
  async function reopen(run: RunSummary): Promise<void> {
    const detail = await ask('runs.get', of(run))
    if (!detail.ok) return
    const { document } = detail.value
    const text = JSON.stringify(documentJson({ ...document, name: `${document.name}, ${run.name}`.slice(0, 200) }))
    const made = await ask('projects.import', { name: run.name, text })
    if (made.ok) navigation.go({ project: made.value.project, view: 'design' })
  }
  /** The design and the training, put in the place of those of the open project. */
  async function take(run: RunSummary): Promise<void> {
    const detail = await ask('runs.get', of(run))
    if (!detail.ok || project.document === undefined) return
    const label = `Take the design of ${run.name}`.slice(0, 200)
    if (project.edit(replaceDesign(project.document, detail.value.document, label), label)) navigation.go({ view: 'design' })
  }
  return { busy, refusal, rename, note, resume, evaluate, remove, reopen, take }
}
export type RunActions = ReturnType<typeof useRunActions>
