/** Tensor functions under test: a list of inputs with their domains, and what is built from them. */
import fc from 'fast-check'
import { vjp } from '../../../../src/core/ir/autodiff.ts'
import { evaluate } from '../../../../src/core/ir/evaluate.ts'
import type { DType, Graph, Tensor } from '../../../../src/core/ir/graph.ts'
import { createGraph } from '../../../../src/core/ir/index.ts'
import { type NdArray, nd, sizeOf } from '../../../../src/core/ir/nd.ts'
import { type Bindings, type Shape, bindShape } from '../../../../src/core/ir/shape.ts'

/** From uniform numbers in [0, 1], one per element, to the values of an input. */
export type Domain = (u: readonly number[], bindings: Bindings) => readonly number[]

export interface InputSpec {
  readonly shape: Shape
  readonly dtype: DType
  readonly domain: Domain
}

export interface TensorFunction {
  readonly inputs: readonly InputSpec[]
  readonly build: (inputs: readonly Tensor[], graph: Graph) => readonly Tensor[]
}

const each = (f: (u: number) => number): Domain => (u) => u.map(f)

/** Domains, each away from what its users cannot take: zeros, kinks, ties. */
export const domains = {
  any: each((u) => 4 * u - 2),
  /** For what grows by iteration, whose high derivatives would spoil the finite differences. */
  small: each((u) => 1.6 * u - 0.8),
  positive: each((u) => 0.4 + 2 * u),
  nonzero: each((u) => (u < 0.5 ? 3.4 * u - 2 : 3.4 * u - 1.4)),
  betweenIntegers: each((u) => Math.floor(5.9 * u) - 3 + 0.2 + 0.6 * ((5.9 * u) % 1)),
  /** Two of these never tie: the one lies in the lower, the other in the upper half of a unit interval. */
  lowerHalf: each((u) => Math.floor(3.9 * u) - 2 + 0.1 + 0.3 * ((3.9 * u) % 1)),
  upperHalf: each((u) => Math.floor(3.9 * u) - 2 + 0.6 + 0.3 * ((3.9 * u) % 1)),
  /** No two elements closer than 0.3. */
  distinct: (u: readonly number[]) => {
    const order = u.map((_, i) => i).sort((a, b) => (u[a]! - u[b]!) || a - b)
    return u.map((value, i) => 0.4 * order.indexOf(i) - 2 + 0.1 * value)
  },
  bool: each((u) => (u < 0.5 ? 0 : 1)),
  below: (count: number): Domain => each((u) => Math.min(count - 1, Math.floor(u * count))),
  integers: each((u) => Math.round(8 * u) - 4),
} as const

export const float = (shape: Shape, domain: Domain = domains.any): InputSpec => ({ shape, dtype: 'float', domain })
export const int = (shape: Shape, domain: Domain = domains.integers): InputSpec => ({ shape, dtype: 'int', domain })
export const bool = (shape: Shape): InputSpec => ({ shape, dtype: 'bool', domain: domains.bool })

export interface Compiled {
  readonly graph: Graph
  readonly inputs: readonly Tensor[]
  readonly outputs: readonly Tensor[]
  readonly run: (values: readonly NdArray[]) => readonly NdArray[]
}

export function compile({ inputs, build }: TensorFunction): Compiled {
  const graph = createGraph()
  const tensors = inputs.map(({ shape, dtype }, i) => graph.input(`x${i}`, shape, dtype))
  const outputs = build(tensors, graph)
  outputs.forEach((output, i) => graph.output(`y${i}`, output))
  const run = (values: readonly NdArray[]): readonly NdArray[] => {
    const results = evaluate(graph, Object.fromEntries(values.map((value, i) => [`x${i}`, value])))
    return outputs.map((_, i) => results[`y${i}`]!)
  }
  return { graph, inputs: tensors, outputs, run }
}

const isFloat = ({ dtype }: { readonly dtype: DType }): boolean => dtype === 'float'

/** (x, c) ↦ cᵀ ∂y/∂x for float inputs x and float outputs y: again a tensor function, to be differentiated again. */
export function vjpOf(f: TensorFunction): TensorFunction {
  const cotangents = compile(f).outputs.filter(isFloat).map(({ shape }) => float(shape, domains.any))
  return {
    inputs: [...f.inputs, ...cotangents],
    build(tensors, graph) {
      const inputs = tensors.slice(0, f.inputs.length)
      return vjp(f.build(inputs, graph).filter(isFloat), tensors.slice(f.inputs.length), inputs.filter(isFloat))
    },
  }
}

export interface Sample {
  readonly bindings: Bindings
  readonly values: readonly NdArray[]
}

const MAX_SYMBOL = 3

/** Values for the inputs, with N and K from 1 to 3; from multiples of 1/1000, so that counterexamples are readable. */
export function samples(inputs: readonly InputSpec[]): fc.Arbitrary<Sample> {
  const largest = inputs.reduce((sum, { shape }) => sum + sizeOf(bindShape(shape, { N: MAX_SYMBOL, K: MAX_SYMBOL })), 0)
  const symbol = fc.integer({ min: 1, max: MAX_SYMBOL })
  const uniforms = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: largest, maxLength: largest })
  return fc.tuple(symbol, symbol, uniforms).map(([N, K, all]) => {
    const bindings = { N, K }
    let at = 0
    const values = inputs.map(({ shape, domain }) => {
      const bound = bindShape(shape, bindings)
      const u = all.slice(at, at += sizeOf(bound)).map((value) => value / 1000)
      return nd(bound, domain(u, bindings))
    })
    return { bindings, values }
  })
}
