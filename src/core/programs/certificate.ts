/**
 * What an invertibility certificate looks at: each layer by itself, there and back again, from a given state; and the
 * whole flow in the same way, under the path `flow`.
 * Inputs: `in.<path>` [N, ...event], theta, buffers, context, noise.*.
 * Outputs: `out.<path>` [N, ...], `back.<path>` [N, ...event], `log_det.<path>` [N] of normalize, and
 * `log_det_back.<path>` [N] of generate; of a program that goes there only, `out.<path>` alone.
 */
import type { Graph, Tensor } from '../ir/graph.ts'
import { concat, reshape } from '../ir/tensor.ts'
import { generateFlow, layerContext, normalizeFlow, normalizeLayer } from '../flow/apply.ts'
import type { Flow } from '../flow/flow.ts'
import { eventSize } from '../flow/layer.ts'
import { type BuildOptions, flowInputs, makeProgram } from './program.ts'

/** Path of the whole flow. */
export const WHOLE = 'flow'

/** One layer alone, or the whole flow, so that the others are not run with it. */
export function roundTripProgram(flow: Flow, path: string, options: BuildOptions = {}): Graph {
  return build(flow, path, true, options)
}

/** The same without the way back, which may be the dearer one by far: for Jacobians. */
export function outwardProgram(flow: Flow, path: string, options: BuildOptions = {}): Graph {
  return build(flow, path, false, options)
}

function build(flow: Flow, wanted: string, back: boolean, options: BuildOptions): Graph {
  return makeProgram((graph) => {
    const batch = options.batch ?? 'N'
    const inputs = flowInputs(graph, flow, { ...options, noises: true })
    for (const layer of flow.layers.filter(({ site }) => site.path === wanted)) {
      const { path, event } = layer.site
      const ctx = layerContext(inputs, layer)
      const x = graph.input(`in.${path}`, [batch, ...event])
      const there = normalizeLayer(ctx, layer, x)
      // A layer that splits maps to both of its parts.
      const parts = [...(there.latent === undefined ? [] : [there.latent]), there.out]
      graph.output(`out.${path}`, concat(parts.map((part) => reshape(part, [batch, eventSize(part.shape.slice(1) as number[])])), 1))
      if (back) returned(graph, path, there.logDet, layer.definition.generate(ctx, there.out, there.latent))
    }
    if (wanted !== WHOLE) return
    const there = normalizeFlow(flow, inputs, graph.input(`in.${WHOLE}`, [batch, ...flow.event]))
    graph.output(`out.${WHOLE}`, there.out)
    if (back) returned(graph, WHOLE, there.logDet, generateFlow(flow, inputs, there.out))
  })
}

function returned(graph: Graph, path: string, logDet: Tensor, back: { readonly out: Tensor; readonly logDet: Tensor }): void {
  graph.output(`back.${path}`, back.out)
  graph.output(`log_det.${path}`, logDet)
  graph.output(`log_det_back.${path}`, back.logDet)
}
