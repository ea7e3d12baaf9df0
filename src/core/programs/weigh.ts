/**
 * Draws from a flow with their importance weights for the model's target: log w = log p̃(x) − log q(x), in nats.
 * Inputs: noise.objective.draw [N, S] (standard, as the base takes it), theta, buffers.
 * Outputs: x [N, ...event], log_prob [N] (log q), log_weight [N].
 */
import type { Graph } from '../ir/graph.ts'
import { neg, sub } from '../ir/tensor.ts'
import { type Model, modelNoises } from '../objectives/model.ts'
import { type Draw, drawFlow, targetDensity } from '../objectives/reverse-kl.ts'
import { lookup, makeProgram, noiseInput, placedTensors, vectorInputs } from './program.ts'

export function weighProgram(model: Model): Graph {
  const { flow, site } = model
  return makeProgram((graph) => {
    const { x, logProb } = draws(graph, model)
    graph.output('x', x)
    graph.output('log_prob', logProb)
    graph.output('log_weight', sub(targetDensity(site.target, flow, x), logProb))
  })
}

/**
 * What each layer does to draws from the flow, which stand for the data that a target has none of.
 * Inputs as above. Outputs: `log_det.<path>` [N] of normalize, as a trace of data gives them.
 */
export function drawTraceProgram(model: Model): Graph {
  return makeProgram((graph) => {
    for (const { layer, logDet } of draws(graph, model).steps) graph.output(`log_det.${layer.site.path}`, neg(logDet))
  })
}

function draws(graph: Graph, model: Model): Draw {
  const { flow } = model
  const { theta, buffers } = vectorInputs(graph, flow)
  const noises = new Map(modelNoises(model, 'evaluation').map((noise) =>
    [noise.path, graph.input(noiseInput(noise), ['N', ...noise.shape])]))
  return drawFlow(flow, {
    graph, batch: 'N', context: undefined,
    parameter: lookup(placedTensors(flow, theta, buffers), 'parameter'), noise: lookup(noises, 'noise'),
  })
}
