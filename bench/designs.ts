/** The designs that the benchmark times: the same as in peers/common.py. */
import type { DesignNode, FlowDesign } from '../src/core/flow/design.ts'

export interface BenchDesign {
  readonly name: string
  readonly dimension: number
  readonly hidden: number
  readonly batch: number
  readonly spline: boolean
}

export const benchDesigns: readonly BenchDesign[] = [
  { name: 'A', dimension: 2, hidden: 64, batch: 256, spline: false },
  { name: 'B', dimension: 2, hidden: 128, batch: 512, spline: false },
  { name: 'C', dimension: 64, hidden: 256, batch: 512, spline: false },
  { name: 'S-A', dimension: 2, hidden: 64, batch: 256, spline: true },
  { name: 'S-B', dimension: 2, hidden: 128, batch: 512, spline: true },
  { name: 'S-C', dimension: 64, hidden: 256, batch: 512, spline: true },
]

const COUPLINGS = 8

/** 8 couplings of alternating halves, two hidden layers of ReLU each, on a standard normal base. */
export function flowOf({ dimension, hidden, spline }: BenchDesign): FlowDesign {
  const transformer = spline ? { kind: 'rational-quadratic', bins: 8, bound: 5 } : { kind: 'affine', bound: 2 }
  const layers = Array.from({ length: COUPLINGS }, (_, i): DesignNode => ({
    id: `coupling-${i}`,
    kind: 'coupling',
    options: { swap: i % 2 === 1, transformer, conditioner: { kind: 'mlp', width: hidden, depth: 2, activation: 'relu' } },
  }))
  return { event: [dimension], layers, base: { kind: 'gaussian' } }
}
