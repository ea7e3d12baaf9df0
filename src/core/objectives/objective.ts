/** The contract of an objective: a scalar to minimise, as a graph over one batch. */
import type { Tensor } from '../ir/graph.ts'
import type { FlowInputs } from '../flow/apply.ts'
import type { Flow } from '../flow/flow.ts'

export interface ObjectiveDefinition {
  readonly kind: string
  readonly title: string
  /** Whether a batch of data comes in; objectives on a target density draw from the base instead. */
  readonly takesData: boolean
  /** loss: scalar, in nats. buffers: next values of carried buffers, by path. */
  loss(flow: Flow, inputs: FlowInputs, x: Tensor | undefined): {
    readonly loss: Tensor
    readonly buffers: ReadonlyMap<string, Tensor>
  }
}

export function defineObjective(definition: ObjectiveDefinition): ObjectiveDefinition {
  return definition
}
