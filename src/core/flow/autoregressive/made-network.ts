/** The layers of the masked conditioner's network, with what the masks decide by. */
import { type DenseOptions, hiddenLayers } from '../dense-network.ts'
import type { AutoregressiveSite } from './conditioner.ts'
import { type Layer, degreesOf } from './degrees.ts'
import { positionsOf } from './order.ts'

export type MadeSite = AutoregressiveSite<DenseOptions>

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
