/**
 * What an evaluation averages: log p(x) of each example, or a lower bound on it, by the model's objective.
 * Inputs: x [N, ...event] where data come in, theta, buffers, context, noise.*. Outputs: log_prob [N], in nats;
 * z [N, D] where the flow normalizes the data; figure.* [N], the objective's other figures; residual.* where
 * asked for.
 */
import type { Graph } from '../ir/graph.ts'
import { type Model, finalScalars, modelNoises, objectiveContext } from '../objectives/model.ts'
import { densityProgram } from './density.ts'
import { type BuildOptions, lookup, makeProgram, noiseInput, placedTensors, vectorInputs } from './program.ts'
import { withResiduals } from './residuals.ts'

export function evaluationProgram(model: Model, options: BuildOptions = {}): Graph {
  const { flow, objective, dataEvent, contextSize } = model
  const batch = options.batch ?? 'N'
  return makeProgram((graph) => {
    const x = objective.takesData ? graph.input('x', [batch, ...dataEvent]) : undefined
    const { theta, buffers } = vectorInputs(graph, flow, options.values)
    const context = contextSize > 0 ? graph.input('context', [batch, contextSize]) : undefined
    const noises = new Map(modelNoises(model, 'evaluation').map((noise) =>
      [noise.path, graph.input(noiseInput(noise), [batch, ...noise.shape])]))
    const inputs = {
      graph, batch, context, parameter: lookup(placedTensors(flow, theta, buffers), 'parameter'), noise: lookup(noises, 'noise'),
    }
    const { logProb, z, figures = {} } = withResiduals(graph, inputs, options, (reporting) =>
      objective.evaluate(objectiveContext(model, reporting, finalScalars(model, graph)), x))
    if (z !== undefined) graph.output('z', z)
    graph.output('log_prob', logProb)
    for (const [name, figure] of Object.entries(figures)) graph.output(`figure.${name}`, figure)
  })
}

/** The density of a model: by its objective where that takes data, else by the flow itself. Inputs and outputs as above. */
export function modelDensityProgram(model: Model, options: BuildOptions = {}): Graph {
  return model.objective.takesData ? evaluationProgram(model, options) : densityProgram(model.flow, options)
}
