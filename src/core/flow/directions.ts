/** Layers that state one map of vectors and may use it in either direction of the flow. */
import type { Tensor } from '../ir/graph.ts'
import { reshape } from '../ir/tensor.ts'
import { type LayerContext, type LayerOutput, eventSize } from './layer.ts'
import { type ChoiceField, choice } from './options.ts'

/** The direction of the flow that computes the formula: `normalizing` x → z, `generating` z → x. */
export type ClosedDirection = 'normalizing' | 'generating'

export interface Directed { readonly direction: ClosedDirection }

/** `help` says what is peculiar to the direction with the formula. */
export const directionOption = (
  help: string, usual: ClosedDirection = 'normalizing',
): ChoiceField<ClosedDirection> => choice<ClosedDirection>({
  label: 'Formula', default: usual, choices: { normalizing: 'Normalizing: x to z', generating: 'Generating: z to x' },
  help: `Which direction computes the formula. ${help}`,
})

/** A map of vectors: points [N, D] → [N, D]. */
export type VectorMap<O> = (ctx: LayerContext<O>, points: Tensor) => LayerOutput

/** Both directions of a layer on events of any shape, which are flattened, from the formula and its inverse. */
export function directed<O extends Directed>(forward: VectorMap<O>, backward: VectorMap<O>): {
  normalize(ctx: LayerContext<O>, x: Tensor): LayerOutput
  generate(ctx: LayerContext<O>, z: Tensor): LayerOutput
} {
  const flat = (ctx: LayerContext<O>, points: Tensor, map: VectorMap<O>): LayerOutput => {
    const result = map(ctx, reshape(points, [ctx.batch, eventSize(ctx.event)]))
    return { ...result, out: reshape(result.out, [ctx.batch, ...ctx.event]) }
  }
  return {
    normalize: (ctx, x) => flat(ctx, x, ctx.options.direction === 'normalizing' ? forward : backward),
    generate: (ctx, z) => flat(ctx, z, ctx.options.direction === 'generating' ? forward : backward),
  }
}
