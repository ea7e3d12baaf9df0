/**
 * x → z, log p(x): log p(x) = log p_base(z) + log|det ∂z/∂x| (Papamakarios et al. 2021, eq. 6), in nats of x's own
 * units: transforms of the data are layers, and their log-determinants are in the sum.
 * Inputs: x [N, ...event], theta, buffers, context, noise.*. Outputs: z [N, D], log_prob [N];
 * residual.* where asked for.
 */
import type { Graph, Tensor } from '../ir/graph.ts'
import { add } from '../ir/tensor.ts'
import { type FlowInputs, type FlowOutput, normalizeFlow } from '../flow/apply.ts'
import type { Flow } from '../flow/flow.ts'
import { type BuildOptions, baseContext, flowInputs, makeProgram } from './program.ts'
import { withResiduals } from './residuals.ts'

/** log p(x) and all that leads to it. */
export function density(flow: Flow, inputs: FlowInputs, x: Tensor): FlowOutput & { readonly logProb: Tensor } {
  const output = normalizeFlow(flow, inputs, x)
  const base = flow.base.definition.logProb(baseContext(inputs), flow.base.site, output.out)
  return { ...output, logProb: add(base, output.logDet) }
}

export function densityProgram(flow: Flow, options: BuildOptions = {}): Graph {
  return makeProgram((graph) => {
    const x = graph.input('x', [options.batch ?? 'N', ...flow.event])
    const inputs = flowInputs(graph, flow, { ...options, noises: true })
    const { out, logProb } = withResiduals(graph, inputs, options, (reporting) => density(flow, reporting, x))
    graph.output('z', out)
    graph.output('log_prob', logProb)
  })
}
