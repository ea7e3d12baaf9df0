/** The encoder and the decoder: the conditioners' networks, under `objective.encoder` and `objective.decoder`. */
import { partContext } from '../../flow/apply.ts'
import type { FlowInputs } from '../../flow/apply.ts'
import type { ConditionerDefinition, ConditionerSite } from '../../flow/conditioner.ts'
import { conditioners } from '../../flow/conditioners/index.ts'
import type { Options, PartChoice } from '../../flow/options.ts'
import { type ParameterSpec, symmetric, zeros } from '../../flow/parameters.ts'
import type { Tensor } from '../../ir/graph.ts'
import { OBJECTIVE_PATH } from '../objective.ts'

export interface NetworkSite {
  readonly name: string
  readonly choice: PartChoice
  readonly inputs: number
  readonly outputs: number
  readonly contextSize: number
}

// The options have been checked, so that the kind exists.
const definitionOf = ({ choice }: NetworkSite): ConditionerDefinition => conditioners[choice.kind] as ConditionerDefinition

const siteOf = ({ choice, inputs, outputs, contextSize }: NetworkSite): ConditionerSite<Options> =>
  ({ inputs, outputs, contextSize, options: choice.options })

/**
 * A conditioner's last layer starts at zero. Where its output goes through a linear map that starts at zero as well,
 * neither would ever get a gradient, and a decoder that says nothing of the latents leaves the posterior at the prior:
 * `alive` draws it like a hidden layer's.
 */
export function networkParameters(site: NetworkSite, alive: boolean): ParameterSpec[] {
  return definitionOf(site).parameters(siteOf(site)).map((spec) => ({
    ...spec, name: `${site.name}.${spec.name}`,
    initial: alive && spec.initial === zeros && spec.role === 'weight' ? symmetric(1 / Math.sqrt(spec.shape[0] as number)) : spec.initial,
  }))
}

/** x [N, inputs] → [N, outputs]. */
export function applyNetwork(site: NetworkSite, inputs: FlowInputs, x: Tensor): Tensor {
  return definitionOf(site).apply(partContext(inputs, `${OBJECTIVE_PATH}.${site.name}`), siteOf(site), x)
}
