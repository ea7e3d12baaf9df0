/** The context that a document's flow stands in before its data have been read. */
import { flowContextSize } from '../objectives/shapes.ts'
import type { ProjectDocument } from './document.ts'

/** At least one number for each context column, or what the objective gives the flow in their place. */
export function contextSizeOf({ data, training }: Pick<ProjectDocument, 'data' | 'training'>): number {
  return flowContextSize(training.objective, data?.context?.length ?? 0)
}
