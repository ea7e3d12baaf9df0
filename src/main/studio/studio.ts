/**
 * The studio: all that a window can ask for, in one place that knows no transport. Requests are checked against their
 * schemas here, whoever brought them; mistakes of users come back as issues, faults of ours as one issue that says so.
 */
import { availableParallelism, totalmem } from 'node:os'
import * as v from 'valibot'
import { type Issue, IssueError, type Result, error } from '../../core/issues.ts'
import { producer } from '../../core/onnx/producer.ts'
import type { Reply, ResultOf, StudioEvent, StudioInfo } from '../../shared/api.ts'
import { type RequestName, type RequestOf, requestSchemas } from '../../shared/requests.ts'
import { engineTitles } from '../../shared/engines.ts'
import { ComputeDied, ComputeError } from './compute-client.ts'
import { Compute } from './compute.ts'
import { type SpawnCompute, forkCompute } from './compute-process.ts'
import { DataService } from './services/data.ts'
import { ExploreService } from './services/explore.ts'
import { ExportService } from './services/export.ts'
import type { ServicesHost } from './services/host.ts'
import { ProjectsService } from './services/projects.ts'
import { RosenblattService } from './services/rosenblatt.ts'
import { RunsService } from './services/runs.ts'
import { TargetService } from './services/target.ts'
import { WorkDesk } from './services/work.ts'

export interface StudioOptions {
  /** Folder of the projects. */
  readonly workspace: string
  readonly host: 'electron' | 'browser'
  /** The built compute process. */
  readonly compute: URL
  /** How it is started: a child process of Node unless the host has a way of its own. */
  readonly spawn?: SpawnCompute
  /** Told of faults of ours, with their stack. */
  readonly onFault: (fault: Error) => void
}

type Handlers = { readonly [N in RequestName]: (request: RequestOf<N>) => Promise<Result<ResultOf[N]>> }

/** A process that nothing has been asked of for so long is ended; it would hold its memory for nothing. */
const IDLE_MS = 120_000

function isRequestName(name: unknown): name is RequestName {
  return typeof name === 'string' && Object.hasOwn(requestSchemas, name)
}

export class Studio {
  readonly #options: StudioOptions
  readonly #listeners = new Set<(event: StudioEvent) => void>()
  readonly #training: Compute
  readonly #exploring: Compute
  readonly #background: Compute
  readonly #certifying: Compute
  readonly #projects: ProjectsService
  readonly #runs: RunsService
  readonly #targets: TargetService
  readonly #rosenblatt: RosenblattService
  readonly #handlers: Handlers
  #closing: Promise<void> | undefined

  constructor(options: StudioOptions) {
    this.#options = options
    const spawn = options.spawn ?? forkCompute
    this.#training = new Compute(options.compute, spawn)
    this.#exploring = new Compute(options.compute, spawn)
    this.#background = new Compute(options.compute, spawn, IDLE_MS)
    this.#certifying = new Compute(options.compute, spawn, IDLE_MS)
    const emit = (event: StudioEvent): void => { this.#emit(event) }
    this.#projects = new ProjectsService(options.workspace, emit)
    const work = new WorkDesk(emit)
    const host: ServicesHost = {
      folderOf: (project) => this.#projects.folderOf(project),
      documentOf: (project) => this.#projects.documentOf(project),
      emit,
      work,
      training: () => this.#training.get(),
      exploring: () => this.#exploring.get(),
      background: () => this.#background.get(),
      certifying: () => this.#certifying.get(),
      threads: undefined,
    }
    this.#runs = new RunsService(host)
    this.#targets = new TargetService(host, this.#runs)
    this.#rosenblatt = new RosenblattService(host, this.#runs)
    this.#handlers = this.#makeHandlers(new DataService(host), new ExploreService(host, this.#runs), new ExportService(host, this.#runs), work)
  }

  #makeHandlers(data: DataService, explore: ExploreService, exports: ExportService, work: WorkDesk): Handlers {
    const [projects, runs, targets, rosenblatt] = [this.#projects, this.#runs, this.#targets, this.#rosenblatt]
    return {
      'studio.info': () => Promise.resolve({ ok: true, value: this.#info(), issues: [] }),
      'projects.list': () => projects.list(),
      'projects.create': (request) => projects.create(request),
      'projects.import': (request) => projects.import(request),
      'projects.duplicate': (request) => projects.duplicate(request),
      'projects.delete': async (request) => {
        const free = runs.refuseWhileTraining(request.project)
        return free.ok ? projects.remove(request) : free
      },
      'projects.restore': (request) => projects.restore(request),
      'project.open': (request) => projects.open(request),
      'project.edit': (request) => projects.edit(request),
      'project.undo': (request) => projects.undo(request),
      'project.redo': (request) => projects.redo(request),
      'data.upload': (request) => data.upload(request),
      'data.preview': (request) => data.preview(request),
      'data.columns': (request) => data.columns(request),
      'target.preview': (request) => targets.preview(request),
      'runs.list': (request) => runs.reader.list(request),
      'runs.start': (request) => runs.start(request),
      'runs.control': (request) => runs.control(request),
      'runs.get': (request) => runs.reader.get(request),
      'runs.metrics': (request) => runs.reader.metrics(request),
      'runs.pace': (request) => runs.pace(request),
      'runs.update': (request) => runs.update(request),
      'runs.delete': (request) => runs.remove(request),
      'runs.restore': (request) => runs.restore(request),
      'runs.evaluate': (request) => runs.evaluate(request),
      'explore.density': (request) => explore.density(request),
      'explore.points': (request) => explore.points(request),
      'explore.samples': (request) => explore.samples(request),
      'explore.trace': (request) => explore.trace(request),
      'explore.generate': (request) => explore.generate(request),
      'explore.rank': (request) => explore.rank(request),
      'explore.target': (request) => targets.ofRun(request),
      'explore.rosenblatt': (request) => rosenblatt.answer(request),
      'explore.certificate': (request) => explore.certificate(request),
      'work.cancel': (request) => work.cancel(request),
      'export.onnx': (request) => exports.onnx(request),
      'export.file': (request) => exports.file(request),
    }
  }

  #info(): StudioInfo {
    return {
      version: producer.version,
      host: this.#options.host,
      workspace: this.#options.workspace,
      engines: Object.entries(engineTitles).map(([name, title]) => ({ name, title })),
      cores: availableParallelism(),
      memory: totalmem(),
    }
  }

  #emit(event: StudioEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  on(listener: (event: StudioEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => { this.#listeners.delete(listener) }
  }

  /** Answers one request; never throws. */
  async handle(name: unknown, request: unknown): Promise<Reply<RequestName>> {
    if (this.#closing !== undefined) {
      return { ok: false, issues: [error('studio-closing', 'Flowsmith is saving and about to close', { fix: 'start it again: everything that was shown as done is kept' })] }
    }
    if (!isRequestName(name)) {
      return { ok: false, issues: [error('request-unknown', `there is no request ${JSON.stringify(name) ?? 'without a name'}`, { fix: 'reload the window: it may be of another version' })] }
    }
    const parsed = v.safeParse(requestSchemas[name] as v.GenericSchema, request)
    if (!parsed.success) {
      const [issue] = parsed.issues
      return { ok: false, issues: [error('request-form', issue.message, { at: `${name} ${v.getDotPath(issue) ?? ''}`.trim() })] }
    }
    try {
      // The schema of this name has just made the request what the handler of this name takes.
      const handler = this.#handlers[name] as (request: unknown) => Promise<Result<ResultOf[RequestName]>>
      const result = await handler(parsed.output)
      return result.ok ? { ok: true, value: result.value, issues: result.issues } : { ok: false, issues: result.issues }
    } catch (cause) {
      return { ok: false, issues: this.#issuesOf(name, cause) }
    }
  }

  #issuesOf(name: RequestName, cause: unknown): readonly Issue[] {
    if (cause instanceof IssueError) return cause.issues
    const fault = cause instanceof Error ? cause : new Error(String(cause))
    this.#options.onFault(fault)
    if (cause instanceof ComputeDied) {
      return [error('compute-died', `the compute process ended (${cause.how}) while it was working on this`, {
        at: name, fix: 'ask again: another one is started; where it ends again, close what takes the memory, and please report it',
      })]
    }
    const where = fault instanceof ComputeError ? 'the compute process' : 'Flowsmith'
    return [error('internal-fault', `a fault in ${where} while answering '${name}': ${fault.message}`, { fix: 'this is not your doing: please report it' })]
  }

  /** Process of the training jobs, for those who watch it. */
  get trainingPid(): number | undefined {
    return this.#training.pid
  }

  /** Saves what is open and ends the compute processes; runs that go on are stopped with a checkpoint. */
  close(): Promise<void> {
    this.#closing ??= this.#saveAndEnd()
    return this.#closing
  }

  async #saveAndEnd(): Promise<void> {
    this.#emit({ type: 'studio.closing' })
    await this.#runs.stopAll()
    await this.#projects.close()
    for (const compute of [this.#training, this.#exploring, this.#background, this.#certifying]) compute.close()
  }
}
