/**
 * Every intermediate state, in one direction. Outputs, layer by layer in the order of that direction:
 * `state.<path>` [N, ...] after the layer and `log_det.<path>` [N], its own; at the end `out` and `log_det`.
 */
import type { Graph } from '../ir/graph.ts'
import { generateFlow, normalizeFlow } from '../flow/apply.ts'
import type { Flow } from '../flow/flow.ts'
import { type BuildOptions, flowInputs, makeProgram } from './program.ts'

export function traceProgram(flow: Flow, direction: 'normalize' | 'generate', options: BuildOptions = {}): Graph {
  return makeProgram((graph) => {
    const normalize = direction === 'normalize'
    const batch = options.batch ?? 'N'
    const start = normalize ? graph.input('x', [batch, ...flow.event]) : graph.input('z', [batch, flow.size])
    const inputs = flowInputs(graph, flow, { ...options, noises: normalize })
    const { out, logDet, steps } = (normalize ? normalizeFlow : generateFlow)(flow, inputs, start)
    for (const { layer, out: state, logDet: own } of steps) {
      graph.output(`state.${layer.site.path}`, state)
      graph.output(`log_det.${layer.site.path}`, own)
    }
    graph.output('out', out)
    graph.output('log_det', logDet)
  })
}
