/** A run's trained flow, as the compute process is asked for it. */
import type { ModelReference } from '../../shared/compute-protocol.ts'
import type { RunFile } from './run-file.ts'

export function modelOf(folder: string, run: RunFile): ModelReference {
  return { folder, document: run.document, engine: run.engine.name, threads: run.engine.threads, contextSize: 0 }
}
