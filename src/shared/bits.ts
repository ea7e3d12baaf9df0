/**
 * Bits per dimension of data that were dequantized. With uniform noise of one unit u_d on dimension d, the discrete
 * distribution P has log P(x) ≥ E log p(x + u·noise) + Σ_d log u_d (Theis, van den Oord & Bethge 2016, A note on the
 * evaluation of generative models, §3.1): the bits are an upper bound on those of the data.
 */
import { type FlowDesign, isRepeat } from '../core/flow/design.ts'
import { eventSize } from '../core/flow/layer.ts'

/** Mean over the dimensions of log u, the unit of their dequantization, in nats; 0 for whole numbers and without any. */
export function meanLogUnit({ event, layers }: FlowDesign): number {
  const size = eventSize(event)
  return layers.reduce((sum, node) => {
    if (isRepeat(node) || node.kind !== 'dequantize' || node.bypass === true) return sum
    const { unit, columns } = node.options ?? {}
    const count = Array.isArray(columns) && columns.length > 0 ? columns.length : size
    return sum + (count / size) * Math.log(typeof unit === 'number' ? unit : 1)
  }, 0)
}

/** From −log p of an example of `dimension` numbers, in nats, and the mean log of their units. */
export function bitsPerDimension(nats: number, dimension: number, logUnit: number): number {
  return (nats / Math.max(1, dimension) - logUnit) / Math.LN2
}
