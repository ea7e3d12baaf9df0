/** Exports of a run: the ONNX models with their parity report, and files of what is shown. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Result, accept, reject } from '../../../core/issues.ts'
import { readIssue } from '../../../files/file-issues.ts'
import type { ResultOf } from '../../../shared/api.ts'
import type { RequestOf } from '../../../shared/requests.ts'
import { exportRun } from '../export-run.ts'
import { readRun } from '../run-file.ts'
import type { ServicesHost } from './host.ts'
import type { RunsService } from './runs.ts'

const FOLDER = 'export'

export class ExportService {
  readonly #host: ServicesHost
  readonly #runs: RunsService

  constructor(host: ServicesHost, runs: RunsService) {
    this.#host = host
    this.#runs = runs
  }

  async onnx({ project, run }: RequestOf<'export.onnx'>): Promise<Result<ResultOf['export.onnx']>> {
    const folder = this.#runs.reader.folder(project, run)
    if (!folder.ok) return folder
    const file = await readRun(folder.value)
    if (!file.ok) return file
    const target = join(folder.value, FOLDER)
    const { files, report } = await exportRun(this.#host.background(), folder.value, file.value, target, (event) => {
      this.#host.emit({ type: 'run.event', project, run, event })
    })
    return accept({ files, folder: target, report: { ...report } })
  }

  /** A file of the last export. */
  async file({ project, run, file }: RequestOf<'export.file'>): Promise<Result<ResultOf['export.file']>> {
    const folder = this.#runs.reader.folder(project, run)
    if (!folder.ok) return folder
    const path = join(folder.value, FOLDER, file)
    try {
      return accept({ name: file, bytes: new Uint8Array(await readFile(path)) })
    } catch (cause) {
      return reject(readIssue(cause, path))
    }
  }
}
