/**
 * Transformer and conditioner of the neural spline flows (Durkan et al. 2019, §4.1), with couplings and autoregressive.
 * Standardised data lies within a few deviations; rotations and earlier layers move it a little further: so the bound.
 */
import { perceptron } from './stack.ts'
import type { Start, TemplateOptions } from './template.ts'

const BOUND = 5
/**
 * Up to so many dimensions, more bins, for densities with edges, and plain networks instead of residual ones: on the
 * checkerboard and the eight Gaussians they come as close to the entropy at half the cost.
 */
const FEW = 4

export const hasFew = ({ size }: Start): boolean => size <= FEW

export function splineParts(start: Start, conditioner: 'mlp' | 'made', network: TemplateOptions): Readonly<Record<string, unknown>> {
  const few = hasFew(start)
  return {
    transformer: { kind: 'rational-quadratic', bins: few ? 16 : 8, bound: BOUND },
    conditioner: { ...perceptron(conditioner, start, network), residual: !few },
  }
}
