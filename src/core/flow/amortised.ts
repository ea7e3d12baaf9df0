/**
 * Amortised parameters: where the flow has a context c, a parameter p becomes p + c·W, one value for each example, with
 * W learned and zero at first. Without a context it is the parameter alone.
 * Source: Rezende & Mohamed 2015, Variational Inference with Normalizing Flows, §4 (parameters from a network).
 */
import type { Tensor } from '../ir/graph.ts'
import { add, broadcastTo, matmul, reshape } from '../ir/tensor.ts'
import { type PartContext, eventSize } from './layer.ts'
import { type ParameterSpec, zeros } from './parameters.ts'

const weightOf = (name: string): string => `${name}FromContext`

/** The parameters, and for each of them the map [contextSize, size] of the context where there is one. */
export function amortisedSpecs(specs: readonly ParameterSpec[], contextSize: number): readonly ParameterSpec[] {
  if (contextSize === 0) return specs
  return specs.flatMap((spec): ParameterSpec[] => [
    spec, { name: weightOf(spec.name), shape: [contextSize, eventSize(spec.shape)], initial: zeros, role: 'weight' },
  ])
}

/** A parameter [...shape], or [N, ...shape] where there is a context. */
export function amortised(ctx: PartContext, name: string): Tensor {
  const parameter = ctx.parameter(name)
  if (ctx.context === undefined) return parameter
  const shape = parameter.shape as readonly number[]
  const size = eventSize(shape)
  const each = add(matmul(ctx.context, ctx.parameter(weightOf(name))), reshape(parameter, [size]))
  return reshape(each, [ctx.batch, ...shape])
}

/** The same as [N, ...shape] in either case. */
export function forEachExample(ctx: PartContext, name: string): Tensor {
  return broadcastTo(amortised(ctx, name), [ctx.batch, ...ctx.parameter(name).shape])
}
