/**
 * What an invertibility certificate looks at: each layer by itself, there and back again, from a given state.
 * Inputs: `in.<path>` [N, ...event] for every layer, theta, buffers, context, noise.*.
 * Outputs for every layer: `out.<path>` [N, ...], `back.<path>` [N, ...event], `log_det.<path>` [N] of normalize, and
 * `log_det_back.<path>` [N] of generate.
 */
import type { Graph } from '../ir/graph.ts'
import { concat, reshape } from '../ir/tensor.ts'
import { layerContext, normalizeLayer } from '../flow/apply.ts'
import type { Flow } from '../flow/flow.ts'
import { eventSize } from '../flow/layer.ts'
import { type BuildOptions, flowInputs, makeProgram } from './program.ts'

export function certificateProgram(flow: Flow, options: BuildOptions = {}): Graph {
  return makeProgram((graph) => {
    const batch = options.batch ?? 'N'
    const inputs = flowInputs(graph, flow, { ...options, noises: true })
    for (const layer of flow.layers) {
      const { path, event } = layer.site
      const ctx = layerContext(inputs, layer)
      const x = graph.input(`in.${path}`, [batch, ...event])
      const there = normalizeLayer(ctx, layer, x)
      const back = layer.definition.generate(ctx, there.out, there.latent)
      // A layer that splits maps to both of its parts.
      const parts = [...(there.latent === undefined ? [] : [there.latent]), there.out]
      graph.output(`out.${path}`, concat(parts.map((part) => reshape(part, [batch, eventSize(part.shape.slice(1) as number[])])), 1))
      graph.output(`back.${path}`, back.out)
      graph.output(`log_det.${path}`, there.logDet)
      graph.output(`log_det_back.${path}`, back.logDet)
    }
  })
}
