/** Projects: listed, made from templates or files, opened, edited, deleted with a way back. */
import { basename, extname } from 'node:path'
import { FORMAT, type ProjectDocument, readDocument, readDocumentJson } from '../../../core/design/document.ts'
import { CURRENT_VERSION } from '../../../core/design/migrations/index.ts'
import { suggest } from '../../../core/suggest.ts'
import { templates } from '../../../core/flow/templates/index.ts'
import type { Model } from '../../../core/flow/templates/template.ts'
import { type Result, accept, error, reject } from '../../../core/issues.ts'
import type { OpenProject, ResultOf, StudioEvent } from '../../../shared/api.ts'
import type { RequestOf } from '../../../shared/requests.ts'
import type { Acknowledged, SessionEvent } from '../project-events.ts'
import type { ProjectSession } from '../project-session.ts'
import { ProjectStore } from '../project-store.ts'

/** A project that begins with nothing but its data: a standardize layer on a Gaussian. */
const EMPTY = { layers: [{ id: 'standardize', kind: 'standardize' }], base: { kind: 'gaussian' } } as const

/** How a template for data is fitted to a density. */
const DENSITY = { kind: 'reverse-kl' } as const

/** Without data there is nothing to standardise. */
function designOf(built: Model | undefined, onDensity: boolean): Model['design'] | undefined {
  if (built === undefined || !onDensity) return built?.design
  return { ...built.design, layers: built.design.layers.filter(({ kind }) => kind !== 'standardize') }
}

export class ProjectsService {
  readonly #store: ProjectStore
  readonly #emit: (event: StudioEvent) => void

  constructor(workspace: string, emit: (event: StudioEvent) => void) {
    this.#emit = emit
    this.#store = new ProjectStore(workspace, { onEvent: (project, event) => { this.#hear(project, event) } })
  }

  #hear(project: string, event: SessionEvent): void {
    if (event.type === 'patch') {
      const { revision, edit, undo, redo } = event
      this.#emit({ type: 'project.changed', project, revision, edit, undo, redo })
      return
    }
    const issues = event.type === 'notice' ? [event.issue] : event.issues
    for (const issue of issues) this.#emit({ type: 'project.notice', project, issue })
  }

  folderOf(project: string): Result<string> {
    return this.#store.folderOf(project)
  }

  async documentOf(project: string): Promise<Result<ProjectDocument>> {
    const session = await this.#store.open(project)
    return session.ok ? accept(session.value.document) : session
  }

  async list(): Promise<Result<ResultOf['projects.list']>> {
    const listed = await this.#store.list()
    if (!listed.ok) return listed
    return accept(listed.value.map(({ id, name, modified, layers, runs, issues }) => ({ project: id, name, modified, layers, runs, issue: issues[0] })))
  }

  async #made(created: Result<string>): Promise<Result<{ readonly project: string }>> {
    if (!created.ok) return created
    this.#emit({ type: 'projects.changed' })
    return accept({ project: created.value })
  }

  async create({ template: id, dimension = 2, source, name, target, variant }: RequestOf<'projects.create'>): Promise<Result<ResultOf['projects.create']>> {
    const template = id !== undefined && Object.hasOwn(templates, id) ? templates[id] : undefined
    if (id !== undefined && template === undefined) {
      return reject(error('template-unknown', `there is no template '${id}'`, { at: 'template', fix: suggest(id, Object.keys(templates)) }))
    }
    const chosen = template?.variants?.find((one) => one.id === variant)
    if (variant !== undefined && chosen === undefined) {
      const known = template?.variants?.map((one) => one.id) ?? []
      return reject(error('template-variant', `the template '${id ?? ''}' has no variant '${variant}'`, { at: 'variant', fix: suggest(variant, known) }))
    }
    const built = template?.build([dimension], chosen?.options)
    const document = readDocumentJson({
      format: FORMAT, version: CURRENT_VERSION, name: name ?? template?.title ?? 'Untitled',
      design: designOf(built, target !== undefined) ?? { event: [dimension], ...EMPTY },
      ...(source === undefined ? {} : { data: { source } }),
      ...(target !== undefined ? { target: { source: target } } : built?.target === undefined ? {} : { target: built.target }),
      training: target === undefined ? built?.training ?? {} : { ...built?.training, objective: built?.target === undefined ? DENSITY : built.training.objective },
    }, 'new project')
    return document.ok ? this.#made(await this.#store.create(document.value)) : document
  }

  /** A design file from elsewhere becomes a project; the file itself is left as it is. */
  async import({ name, text }: RequestOf<'projects.import'>): Promise<Result<ResultOf['projects.import']>> {
    const document = readDocument(text, name)
    if (!document.ok) return document
    const named = document.value.name === '' ? basename(name, extname(name)) : document.value.name
    return this.#made(await this.#store.create({ ...document.value, name: named }))
  }

  async duplicate({ project }: RequestOf<'projects.duplicate'>): Promise<Result<ResultOf['projects.duplicate']>> {
    return this.#made(await this.#store.duplicate(project))
  }

  async remove({ project }: RequestOf<'projects.delete'>): Promise<Result<null>> {
    const removed = await this.#store.remove(project)
    if (!removed.ok) return removed
    this.#emit({ type: 'projects.changed' })
    return accept(null)
  }

  async restore({ project }: RequestOf<'projects.restore'>): Promise<Result<null>> {
    const restored = await this.#store.restore(project)
    if (!restored.ok) return restored
    this.#emit({ type: 'projects.changed' })
    return accept(null)
  }

  async open({ project }: RequestOf<'project.open'>): Promise<Result<OpenProject>> {
    const session = await this.#store.open(project)
    if (!session.ok) return session
    const { document, revision, undo, redo, notices, issues } = session.value.snapshot()
    return accept({ project, document, revision, undo, redo, notices: [...notices, ...issues] })
  }

  async #within(project: string, act: (session: ProjectSession) => Promise<Result<Acknowledged>>): Promise<Result<{ revision: number }>> {
    const session = await this.#store.open(project)
    if (!session.ok) return session
    const done = await act(session.value)
    return done.ok ? accept({ revision: done.value.revision }, done.issues) : done
  }

  edit({ project, edit, label, coalesce, revision }: RequestOf<'project.edit'>): Promise<Result<ResultOf['project.edit']>> {
    return this.#within(project, (session) => session.perform(edit, { label, coalesce, baseRevision: revision }))
  }

  undo({ project }: RequestOf<'project.undo'>): Promise<Result<ResultOf['project.undo']>> {
    return this.#within(project, (session) => session.undo())
  }

  redo({ project }: RequestOf<'project.redo'>): Promise<Result<ResultOf['project.redo']>> {
    return this.#within(project, (session) => session.redo())
  }

  async close(): Promise<void> {
    await this.#store.closeAll({ force: true })
  }
}
