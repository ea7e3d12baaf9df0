/**
 * What an invertibility certificate looks at: each layer by itself, there and back again, from a given state; and the
 * whole flow in the same way, under the path `flow`.
 * Inputs: `in.<path>` [N, ...event] for every layer, theta, buffers, context, noise.*.
 * Outputs for every layer: `out.<path>` [N, ...], `back.<path>` [N, ...event], `log_det.<path>` [N] of normalize, and
 * `log_det_back.<path>` [N] of generate.
 */
import type { Graph } from '../ir/graph.ts'
import { concat, reshape } from '../ir/tensor.ts'
import { generateFlow, layerContext, normalizeFlow, normalizeLayer } from '../flow/apply.ts'
import type { Flow } from '../flow/flow.ts'
import { eventSize } from '../flow/layer.ts'
import { type BuildOptions, flowInputs, makeProgram } from './program.ts'

/** Path of the whole flow. */
export const WHOLE = 'flow'

/** One layer alone, or the whole flow: what is looked at, so that a Jacobian does not run all the others. */
export function roundTripProgram(flow: Flow, path: string, options: BuildOptions = {}): Graph {
  if (path !== WHOLE) return certificateProgram({ ...flow, layers: flow.layers.filter(({ site }) => site.path === path) }, options, false)
  return certificateProgram({ ...flow, layers: [] }, options, true, flow)
}

/** `whole`: with the flow itself beside its layers. */
export function certificateProgram(flow: Flow, options: BuildOptions = {}, whole = true, all: Flow = flow): Graph {
  return makeProgram((graph) => {
    const batch = options.batch ?? 'N'
    const inputs = flowInputs(graph, all, { ...options, noises: true })
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
    if (!whole) return
    const there = normalizeFlow(all, inputs, graph.input(`in.${WHOLE}`, [batch, ...all.event]))
    const back = generateFlow(all, inputs, there.out)
    graph.output(`out.${WHOLE}`, there.out)
    graph.output(`back.${WHOLE}`, back.out)
    graph.output(`log_det.${WHOLE}`, there.logDet)
    graph.output(`log_det_back.${WHOLE}`, back.logDet)
  })
}
