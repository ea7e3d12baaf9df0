/** What the runs of a project are and say: their list, their summaries, their metrics. */
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Issue, type Result, accept, reject } from '../../../core/issues.ts'
import type { ResultOf, RunDetail, RunSummary } from '../../../shared/api.ts'
import type { RequestOf } from '../../../shared/requests.ts'
import { unknownProject } from '../project-names.ts'
import { isRunBusy } from '../run-lock.ts'
import { contextOf } from '../model.ts'
import { readMetrics, summarise } from '../run-record.ts'
import type { ServicesHost } from './host.ts'
import { type LiveRuns, RUNS } from './live-runs.ts'

export class RunReader {
  readonly #host: ServicesHost
  readonly #live: LiveRuns

  constructor(host: ServicesHost, live: LiveRuns) {
    this.#host = host
    this.#live = live
  }

  folder(project: string, run: string): Result<string> {
    const found = this.#host.folderOf(project)
    return found.ok ? accept(join(found.value, RUNS, run)) : found
  }

  async list({ project }: RequestOf<'runs.list'>): Promise<Result<ResultOf['runs.list']>> {
    const found = this.#host.folderOf(project)
    if (!found.ok) return found
    if (!existsSync(found.value)) return reject(unknownProject(project))
    const folder = join(found.value, RUNS)
    const names = existsSync(folder) ? await readdir(folder) : []
    const summaries: RunSummary[] = []
    const issues: Issue[] = []
    for (const name of names.filter((entry) => !entry.startsWith('.')).sort()) {
      const summary = await this.summary(project, name)
      if (summary.ok) summaries.push(summary.value)
      else issues.push(...summary.issues)
    }
    return accept(summaries, issues)
  }

  async summary(project: string, run: string): Promise<Result<RunSummary>> {
    const folder = this.folder(project, run)
    if (!folder.ok) return folder
    const read = await this.read(folder.value)
    return read.ok ? accept(read.value.summary, read.issues) : read
  }

  /** The run as its folder tells it, and as this studio, or another process, is working on it. */
  async read(folder: string): ReturnType<typeof summarise> {
    const live = this.#live.runs.get(folder)
    const elsewhere = live === undefined && await isRunBusy(folder)
    return summarise(folder, live ?? (elsewhere ? { state: 'running', step: 0, best: undefined } : undefined))
  }

  async get({ project, run }: RequestOf<'runs.get'>): Promise<Result<RunDetail>> {
    const folder = this.folder(project, run)
    if (!folder.ok) return folder
    const read = await this.read(folder.value)
    return read.ok
      ? accept({ ...read.value.summary, document: read.value.run.document, columns: read.value.run.data.columns, context: contextOf(read.value.run) }, read.issues)
      : read
  }

  async metrics({ project, run }: RequestOf<'runs.metrics'>): Promise<Result<ResultOf['runs.metrics']>> {
    const folder = this.folder(project, run)
    if (!folder.ok) return folder
    const written = await readMetrics(folder.value)
    const told = this.#live.runs.get(folder.value)?.records ?? []
    if (!written.ok || told.length === 0) return written
    const known = new Set(written.value.map(({ type, step }) => `${type} ${step}`))
    return accept([...written.value, ...told.filter(({ type, step }) => !known.has(`${type} ${step}`))], written.issues)
  }
}
