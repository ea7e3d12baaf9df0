/** A run's design, put into the open project as one step of undo. */
import type { ProjectDocument } from '../../../core/design/document.ts'
import type { Edit } from '../../../core/design/edits.ts'
import { trainingJson } from '../../../core/design/training.ts'

/** Design and training of `from`; the project keeps its name and its data. */
export function replaceDesign(document: ProjectDocument, from: ProjectDocument, label: string): Edit {
  const ids = document.design.layers.map(({ id }) => id)
  const { event, layers, base } = from.design
  const [now, then] = [trainingJson(document.training), trainingJson(from.training)]
  const settings = Object.keys(then).filter((name) => JSON.stringify(now[name]) !== JSON.stringify(then[name]))
  return {
    type: 'batch', label,
    edits: [
      ...(ids.length === 0 ? [] : [{ type: 'remove-nodes' as const, ids }]),
      { type: 'set-event', event },
      ...(layers.length === 0 ? [] : [{ type: 'insert-nodes' as const, parent: null, index: 0, nodes: layers }]),
      { type: 'set-base', base },
      ...settings.map((name) => ({ type: 'set-training' as const, name, value: then[name] })),
    ],
  }
}
