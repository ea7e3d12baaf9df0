/** The project that is open in this window: its document, edits of it, undo and redo. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { ProjectDocument } from '../../core/design/document.ts'
import type { Edit } from '../../core/design/edits.ts'
import type { Issue } from '../../core/issues.ts'
import { useConnection } from './connection.ts'
import { DocumentSync } from './document-sync.ts'
import { useNavigation } from './navigation.ts'
import { useNotices } from './notices.ts'
import { useSelection } from './selection.ts'

export const useProject = defineStore('project', () => {
  const connection = useConnection()
  const navigation = useNavigation()
  const notices = useNotices()
  const selection = useSelection()

  const sync = shallowRef<DocumentSync>()
  const document = shallowRef<ProjectDocument>()
  const undoLabel = ref<string>()
  const redoLabel = ref<string>()
  const saved = ref(true)
  /** Why the project of the address cannot be opened. */
  const failure = shallowRef<readonly Issue[]>([])
  const opening = ref(false)
  const id = computed(() => (document.value === undefined ? '' : sync.value?.project ?? ''))
  const name = computed(() => document.value?.name ?? '')

  async function open(project: string): Promise<void> {
    sync.value?.close()
    sync.value = undefined
    document.value = undefined
    failure.value = []
    selection.clear()
    if (project === '') return
    opening.value = true
    const opened = await DocumentSync.open(project, connection.request, {
      changed(state) {
        if (navigation.project !== project) return
        document.value = state.document
        undoLabel.value = state.undo
        redoLabel.value = state.redo
        saved.value = state.saved
      },
      told: (issues) => { notices.issues(issues) },
    })
    if (navigation.project !== project) return
    opening.value = false
    if (opened.ok) sync.value = opened.value
    else if (navigation.remembered) navigation.go({ project: '', view: '' })
    else failure.value = opened.issues
  }

  /**
   * Applies an edit at once and sends it to the studio. `label` names the step of undo ("Delete 2 layers"); edits of
   * one gesture share a `coalesce` key and are one step. False when it does not apply, which has then been said.
   */
  function edit(change: Edit, label: string, coalesce?: string): boolean {
    const result = sync.value?.edit(change, label, coalesce)
    if (result !== undefined && !result.ok) notices.issues(result.issues)
    return result?.ok === true
  }
  const undo = (): void => { sync.value?.undo() }
  const redo = (): void => { sync.value?.redo() }

  connection.on('project.changed', (event) => { sync.value?.receive(event) })
  connection.on('project.notice', ({ project, issue, run }) => {
    // What ended a run stands in the run itself, with what can be done.
    if (project === id.value && run === undefined) notices.issues([issue], project)
  })
  watch(id, (now) => { notices.leave(now) })
  connection.onReturn(() => {
    if (sync.value === undefined) void open(navigation.project)
    else void sync.value.reopen()
  })
  watch(() => navigation.project, (project) => { void open(project) }, { immediate: true })

  return { id, document, name, undoLabel, redoLabel, saved, failure, opening, edit, undo, redo, open }
})
