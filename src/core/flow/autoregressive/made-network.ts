/**
 * The network of the masked conditioner, written once for both of its uses: all dimensions in one pass, and one
 * dimension after another. Linear maps are numbered from 0; `linear` says how one is done.
 */
import type { Tensor } from '../../ir/graph.ts'
import { type Activation, activations } from '../activations.ts'
import type { AutoregressiveSite } from './conditioner.ts'
import { type Layer, degreesOf } from './degrees.ts'
import { positionsOf } from './order.ts'
import { add } from '../../ir/tensor.ts'

export interface MadeOptions {
  readonly width: number
  readonly depth: number
  readonly activation: Activation
  readonly residual: boolean
}
export type MadeSite = AutoregressiveSite<MadeOptions>

/** Hidden layers between the linear maps. */
export function hiddenLayers({ depth, residual }: MadeOptions): number {
  return residual && depth > 0 ? 2 * depth + 1 : depth
}

/** What lies before, between and behind the linear maps; outputs are [P, D], flat. */
export function layersOf({ order, each, contextSize, options }: MadeSite): readonly Layer[] {
  const positions = positionsOf(order)
  const units: Layer = { type: 'units', degrees: degreesOf(options.width, order.length, contextSize > 0) }
  return [
    { type: 'inputs', positions },
    ...Array.from({ length: hiddenLayers(options) }, () => units),
    { type: 'outputs', positions: Array.from({ length: each }, () => positions).flat() },
  ]
}

/**
 * Plain: linear maps with activations between. Residual: h ← h + W₂ a(W₁ a(h)) between a linear map in and one out.
 * Units may come in groups, each a tensor of its own.
 */
export function runNetwork(
  options: MadeOptions, x: readonly Tensor[], linear: (h: readonly Tensor[], map: number) => readonly Tensor[],
): readonly Tensor[] {
  const { depth, residual } = options
  const activate = (h: readonly Tensor[]): readonly Tensor[] => h.map(activations[options.activation])
  let h = linear(x, 0)
  if (depth === 0) return h
  if (!residual) {
    for (let map = 1; map <= depth; map++) h = linear(activate(h), map)
    return h
  }
  for (let block = 0; block < depth; block++) {
    const change = linear(activate(linear(activate(h), 2 * block + 1)), 2 * block + 2)
    h = h.map((group, g) => add(group, change[g] as Tensor))
  }
  return linear(h, 2 * depth + 1)
}
