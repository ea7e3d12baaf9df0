/** A studio in memory for tests of the window: projects with undo and redo, no data, no runs. */
import { type History, perform, redo, startHistory, undo } from '../../src/core/design/history.ts'
import { type ProjectDocument, readDocumentJson } from '../../src/core/design/document.ts'
import type { Edit } from '../../src/core/design/edits.ts'
import { templates } from '../../src/core/flow/templates/index.ts'
import { type Issue, error } from '../../src/core/issues.ts'
import type { OpenProject, StudioEvent } from '../../src/shared/api.ts'

type Reply = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly issues: readonly Issue[] }
type Payload = Readonly<Record<string, unknown>>

export class FakeStudio {
  readonly projects = new Map<string, History>()
  readonly #listeners = new Set<(event: StudioEvent) => void>()
  readonly requests: string[] = []
  #last = 0

  add(document: unknown, id = `project-${++this.#last}`): string {
    const read = readDocumentJson(document, id)
    if (!read.ok) throw new Error(`FakeStudio.add: ${JSON.stringify(read.issues)}`)
    this.projects.set(id, startHistory(read.value))
    return id
  }

  document(project: string): ProjectDocument {
    const history = this.projects.get(project)
    if (history === undefined) throw new Error(`FakeStudio.document: there is no ${project}`)
    return history.document
  }

  on(listener: (event: StudioEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => { this.#listeners.delete(listener) }
  }

  emit(event: StudioEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  async handle(name: unknown, request: unknown): Promise<Reply> {
    this.requests.push(String(name))
    const payload = request as Payload
    const project = String(payload['project'] ?? '')
    switch (name) {
      case 'studio.info':
        return ok({ version: '0.1.0', host: 'browser', workspace: '/tmp/flows', engines: [{ name: 'onnxruntime', title: 'ONNX Runtime' }], cores: 8, memory: 16e9 })
      case 'projects.list': return ok(this.#list())
      case 'projects.create': return ok({ project: this.#create(payload) })
      case 'project.open': return this.#open(project)
      case 'project.edit': return this.#change(project, (history) =>
        perform(history, payload['edit'] as Edit, { label: String(payload['label']), coalesce: payload['coalesce'] as string | undefined, time: 0 }))
      case 'project.undo': return this.#change(project, undo)
      case 'project.redo': return this.#change(project, redo)
      case 'runs.list': return ok([])
      case 'data.preview': return ok(previewOf())
      default: return { ok: false, issues: [error('fake', `the studio of the tests does not know ${String(name)}`)] }
    }
  }

  #list(): unknown[] {
    return [...this.projects].map(([project, { document }], i) => ({
      project, name: document.name, modified: new Date(1e12 + i * 1e6).toISOString(),
      layers: document.design.layers.map(({ kind }) => kind), runs: 0,
    }))
  }

  #create({ template = 'realnvp', dimension = 2, name = 'New flow' }: Payload): string {
    const built = templates[String(template)]?.build(Number(dimension))
    const id = this.add({ format: 'flowsmith-project', version: 1, name, data: { source: 'synthetic:moons' }, ...built })
    this.emit({ type: 'projects.changed' })
    return id
  }

  #open(project: string): Reply {
    const history = this.projects.get(project)
    if (history === undefined) return { ok: false, issues: [error('project-unknown', `there is no project '${project}'`, { fix: 'it may have been deleted' })] }
    const opened: OpenProject = { project, document: history.document, revision: history.revision, ...labels(history), notices: [] }
    return ok(opened)
  }

  #change(project: string, change: (history: History) => ReturnType<typeof undo>): Reply {
    const before = this.projects.get(project)
    if (before === undefined) return this.#open(project)
    const changed = change(before)
    if (!changed.ok) return changed
    const { history, edit } = changed.value
    this.projects.set(project, history)
    this.emit({ type: 'project.changed', project, revision: history.revision, edit, ...labels(history) })
    return ok({ revision: history.revision })
  }
}

const ok = (value: unknown): Reply => ({ ok: true, value })
const labels = (history: History) => ({ undo: history.undo.at(-1)?.label, redo: history.redo.at(-1)?.label })

function previewOf() {
  const histogram = Array.from({ length: 40 }, (_, i) => Math.round(200 * Math.exp(-((i - 14) ** 2) / 40) + 150 * Math.exp(-((i - 28) ** 2) / 30)))
  const column = (name: string) => ({ name, minimum: -1.3, maximum: 2.3, mean: 0.5, deviation: 0.87, integer: false, constant: false, histogram })
  return {
    source: 'synthetic:moons', rows: 20000, event: [2], columns: [column('x1'), column('x2')], label: undefined, shown: 0,
    values: new Float32Array(0), entropy: 1.35, issues: [],
  }
}
