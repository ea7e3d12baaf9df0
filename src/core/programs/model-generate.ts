/** How a model makes examples: by its flow, or by the decoder of its objective. */
import type { Graph, Tensor } from '../ir/graph.ts'
import { mul } from '../ir/tensor.ts'
import type { FlowInputs } from '../flow/apply.ts'
import { baseNoise } from '../flow/base.ts'
import type { EventShape } from '../flow/layer.ts'
import { type Model, finalScalars, objectiveContext } from '../objectives/model.ts'
import { OBJECTIVE_PATH } from '../objectives/objective.ts'
import { generateProgram, sampleProgram } from './generate.ts'
import { type BuildOptions, type FlowNoise, baseContext, lookup, makeProgram, noiseInput, placedTensors, vectorInputs } from './program.ts'

/** The standard noise from which a model's latents are drawn: [N, ...shape]. */
export function latentNoise({ flow, objective }: Model): { readonly shape: EventShape; readonly distribution: 'normal' | 'uniform' } {
  return objective.generator?.prior === 'standard' ? { shape: [flow.size], distribution: 'normal' } : baseNoise(flow.base)
}

/** Noise with which examples are drawn about a decoder's mean; none where the flow itself makes them. */
export function observationNoise({ objective, site }: Model): FlowNoise | undefined {
  const spec = objective.generator?.noise(site)
  return spec === undefined ? undefined : { ...spec, path: `${OBJECTIVE_PATH}.${spec.name}` }
}

function modelInputs(graph: Graph, { flow, contextSize }: Model, options: BuildOptions, noises: ReadonlyMap<string, Tensor>): FlowInputs {
  const batch = options.batch ?? 'N'
  const { theta, buffers } = vectorInputs(graph, flow, options.values)
  return {
    graph, batch, context: contextSize > 0 ? graph.input('context', [batch, contextSize]) : undefined,
    parameter: lookup(placedTensors(flow, theta, buffers), 'parameter'), noise: lookup(noises, 'noise'),
  }
}

/** Inputs: z [N, D], theta, buffers, context. Outputs: x [N, ...event], of a decoder its mean. */
export function modelGenerateProgram(model: Model, options: BuildOptions = {}): Graph {
  const { generator } = model.objective
  if (generator === undefined) return generateProgram(model.flow, options)
  return makeProgram((graph) => {
    const z = graph.input('z', [options.batch ?? 'N', model.flow.size])
    const inputs = modelInputs(graph, model, options, new Map())
    graph.output('x', generator.decode(objectiveContext(model, inputs, finalScalars(model, graph)), z))
  })
}

/**
 * Inputs: noise [N, ...] (see `latentNoise`), temperature (scalar), noise.* of the observation, theta, buffers, context.
 * Outputs: z [N, D] and x [N, ...event].
 */
export function modelSampleProgram(model: Model, options: BuildOptions = {}): Graph {
  const { flow, objective: { generator } } = model
  const observation = observationNoise(model)
  if (generator === undefined || observation === undefined) return sampleProgram(flow, options)
  return makeProgram((graph) => {
    const batch = options.batch ?? 'N'
    const noise = graph.input('noise', [batch, ...latentNoise(model).shape])
    const temperature = graph.input('temperature', [])
    const draws = graph.input(noiseInput(observation), [batch, ...observation.shape])
    const inputs = modelInputs(graph, model, options, new Map([[observation.path, draws]]))
    const z = generator.prior === 'standard'
      ? mul(noise, temperature)
      : flow.base.definition.sample(baseContext(inputs), flow.base.site, noise, temperature)
    const ctx = objectiveContext(model, inputs, finalScalars(model, graph))
    graph.output('z', z)
    graph.output('x', generator.draw(ctx, generator.decode(ctx, z), draws))
  })
}
