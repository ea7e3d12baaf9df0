/** A run's trained flow, as the compute process is asked for it. */
import { type ContextEncoding, contextSize } from '../../core/data/context.ts'
import type { ModelReference } from '../../shared/compute-protocol.ts'
import type { RunFile } from './run-file.ts'

/** How the run's context columns become a vector; empty for a flow without context. */
export const contextOf = (run: RunFile): ContextEncoding => run.data.context ?? []

export function modelOf(folder: string, run: RunFile): ModelReference {
  const { name: engine, threads } = run.engine
  return { folder, document: run.document, engine, threads, contextSize: contextSize(contextOf(run)) }
}
