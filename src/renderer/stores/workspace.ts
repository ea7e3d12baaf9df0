/** The projects of the workspace, newest first. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { ProjectSummary } from '../../shared/api.ts'
import type { RequestOf } from '../../shared/requests.ts'
import { useConnection } from './connection.ts'
import { useNotices } from './notices.ts'

export const useWorkspace = defineStore('workspace', () => {
  const connection = useConnection()
  const notices = useNotices()
  const projects = shallowRef<readonly ProjectSummary[]>([])
  const loaded = ref(false)
  const newestFirst = computed(() => [...projects.value].sort((a, b) => b.modified.localeCompare(a.modified)))

  async function refresh(): Promise<void> {
    const reply = await connection.request('projects.list', {})
    if (reply.ok) projects.value = reply.value
    else notices.issues(reply.issues)
    loaded.value = true
  }

  /** Id of the new project; undefined when it could not be made, which has then been said. */
  async function create(request: RequestOf<'projects.create'>): Promise<string | undefined> {
    const reply = await connection.request('projects.create', request)
    if (reply.ok) return reply.value.project
    notices.issues(reply.issues)
    return undefined
  }
  async function importText(name: string, text: string): Promise<string | undefined> {
    const reply = await connection.request('projects.import', { name, text })
    if (reply.ok) return reply.value.project
    notices.issues(reply.issues)
    return undefined
  }
  async function duplicate(project: string): Promise<string | undefined> {
    const reply = await connection.request('projects.duplicate', { project })
    if (reply.ok) return reply.value.project
    notices.issues(reply.issues)
    return undefined
  }
  /** Deleting is undone by the notice that it leaves. */
  async function remove(project: string): Promise<boolean> {
    const name = projects.value.find((summary) => summary.project === project)?.name ?? project
    const reply = await connection.request('projects.delete', { project })
    if (!reply.ok) {
      notices.issues(reply.issues)
      return false
    }
    notices.tell(
      `Deleted “${name}”`, { label: 'Undo', run: () => { void connection.request('projects.restore', { project }) } },
    )
    return true
  }

  connection.on('projects.changed', () => { void refresh() })
  connection.onReturn(() => { void refresh() })
  void refresh()
  return { projects, newestFirst, loaded, refresh, create, importText, duplicate, remove }
})
