/** z → x, and standard noise → z. */
import type { Graph, Tensor } from '../ir/graph.ts'
import { type FlowInputs, generateFlow } from '../flow/apply.ts'
import { baseNoise } from '../flow/base.ts'
import type { Flow } from '../flow/flow.ts'
import { type BuildOptions, baseContext, flowInputs, makeProgram } from './program.ts'
import { withResiduals } from './residuals.ts'

/** Inputs: z [N, D], theta, buffers, context. Outputs: x [N, ...event]; residual.* where asked for. */
export function generateProgram(flow: Flow, options: BuildOptions = {}): Graph {
  return makeProgram((graph) => {
    const z = graph.input('z', [options.batch ?? 'N', flow.size])
    const build = (inputs: FlowInputs): Tensor => generateFlow(flow, inputs, z).out
    graph.output('x', withResiduals(graph, flowInputs(graph, flow, options), options, build))
  })
}

/**
 * Sampling. Inputs: noise [N, S] (standard, as the base takes it: see `baseNoise`), temperature (scalar), theta, buffers, context.
 * Outputs: z [N, D] drawn from the base, x [N, ...event]; residual.* where asked for.
 */
export function sampleProgram(flow: Flow, options: BuildOptions = {}): Graph {
  return makeProgram((graph) => {
    const noise = graph.input('noise', [options.batch ?? 'N', ...baseNoise(flow.base).shape])
    const temperature = graph.input('temperature', [])
    const inputs = flowInputs(graph, flow, options)
    const z = flow.base.definition.sample(baseContext(inputs), flow.base.site, noise, temperature)
    graph.output('z', z)
    graph.output('x', withResiduals(graph, inputs, options, (reporting) => generateFlow(flow, reporting, z).out))
  })
}
