/** What the objective of a training makes of a design: some model the data by a flow of other dimensions than theirs. */
import type { ProjectDocument } from '../../core/design/document.ts'
import type { EventShape } from '../../core/flow/layer.ts'
import { objectives } from '../../core/objectives/index.ts'

export interface ObjectiveFacts {
  /** Length of the flow's context. */
  readonly contextSize: number
  /** Shape of one example of the data. */
  readonly dataEvent: EventShape
  /** Whether the flow takes the data as they are, so that its layers can be held against them. */
  readonly takesData: boolean
  /** Whether whole numbers need to be dequantized. */
  readonly density: boolean
}

/** `dataContext`: length of the data's own context. */
export function objectiveFacts({ design, training }: ProjectDocument, dataContext: number): ObjectiveFacts {
  const { kind, options } = training.objective
  // A document's training has been checked: the objective exists, and its options fit.
  const objective = objectives[kind]
  const dataEvent = objective?.dataEvent?.(options, design.event) ?? design.event
  return {
    contextSize: objective?.flowContext?.(options, dataContext) ?? dataContext,
    dataEvent,
    takesData: objective?.takesData !== false && dataEvent.join() === design.event.join(),
    density: (objective?.integers?.(options) ?? 'density') === 'density',
  }
}
