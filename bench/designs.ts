/** The designs that the benchmark times: the same as in peers/common.py. */
import type { DesignNode, FlowDesign } from '../src/core/flow/design.ts'

export interface BenchDesign {
  readonly name: string
  readonly dimension: number
  readonly hidden: number
  readonly batch: number
  readonly spline: boolean
  /** Masked autoregressive layers, not couplings. */
  readonly autoregressive?: boolean
}

export const benchDesigns: readonly BenchDesign[] = [
  { name: 'A', dimension: 2, hidden: 64, batch: 256, spline: false },
  { name: 'B', dimension: 2, hidden: 128, batch: 512, spline: false },
  { name: 'C', dimension: 64, hidden: 256, batch: 512, spline: false },
  { name: 'S-A', dimension: 2, hidden: 64, batch: 256, spline: true },
  { name: 'S-B', dimension: 2, hidden: 128, batch: 512, spline: true },
  { name: 'S-C', dimension: 64, hidden: 256, batch: 512, spline: true },
  { name: 'M-D', dimension: 8, hidden: 128, batch: 512, spline: false, autoregressive: true },
  { name: 'M-C', dimension: 64, hidden: 256, batch: 512, spline: false, autoregressive: true },
  { name: 'MS-D', dimension: 8, hidden: 128, batch: 512, spline: true, autoregressive: true },
  { name: 'MS-C', dimension: 64, hidden: 256, batch: 512, spline: true, autoregressive: true },
]

const COUPLINGS = 8
const AUTOREGRESSIVE_LAYERS = 5

/**
 * 8 couplings of alternating halves, or 5 masked autoregressive layers of alternating orders; two hidden layers of ReLU
 * each, on a standard normal base.
 */
export function flowOf(design: BenchDesign): FlowDesign {
  const { dimension, hidden, spline } = design
  const transformer = spline ? { kind: 'rational-quadratic', bins: 8, bound: 5 } : { kind: 'affine', bound: 2 }
  if (design.autoregressive === true) return autoregressiveFlow(dimension, hidden, transformer)
  const layers = Array.from({ length: COUPLINGS }, (_, i): DesignNode => ({
    id: `coupling-${i}`,
    kind: 'coupling',
    options: { swap: i % 2 === 1, transformer, conditioner: { kind: 'mlp', width: hidden, depth: 2, activation: 'relu' } },
  }))
  return { event: [dimension], layers, base: { kind: 'gaussian' } }
}

function autoregressiveFlow(dimension: number, hidden: number, transformer: Readonly<Record<string, unknown>>): FlowDesign {
  const layers = Array.from({ length: AUTOREGRESSIVE_LAYERS }, (_, i): DesignNode => ({
    id: `step-${i}`,
    kind: 'autoregressive',
    options: {
      order: i % 2 === 1 ? 'reversed' : 'natural', transformer,
      conditioner: { kind: 'made', width: hidden, depth: 2, activation: 'relu' },
    },
  }))
  return { event: [dimension], layers, base: { kind: 'gaussian' } }
}
