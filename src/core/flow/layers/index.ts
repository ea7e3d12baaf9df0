/** The catalogue of layers: one import and one line each, in the order of the palette. */
import type { LayerDefinition } from '../layer.ts'
import actnorm from './actnorm.ts'
import autoregressive from './autoregressive.ts'
import box from './box.ts'
import conv1x1 from './conv1x1.ts'
import coupling from './coupling.ts'
import dequantize from './dequantize.ts'
import diagonalScaling from './diagonal-scaling.ts'
import elementwiseAffine from './elementwise-affine.ts'
import elementwiseSpline from './elementwise-spline.ts'
import exp from './exp.ts'
import flatten from './flatten.ts'
import leakyTanh from './leaky-tanh.ts'
import linear from './linear.ts'
import log from './log.ts'
import logit from './logit.ts'
import permutation from './permutation.ts'
import planar from './planar.ts'
import qrLinear from './qr-linear.ts'
import radial from './radial.ts'
import residual from './residual.ts'
import sigmoid from './sigmoid.ts'
import softplus from './softplus.ts'
import split from './split.ts'
import squeeze from './squeeze.ts'
import standardize from './standardize.ts'
import sylvester from './sylvester.ts'
import triangular from './triangular.ts'

const definitions: readonly LayerDefinition[] = [
  dequantize,
  logit,
  box,
  log,
  standardize,
  actnorm,
  permutation,
  linear,
  qrLinear,
  triangular,
  conv1x1,
  elementwiseAffine,
  elementwiseSpline,
  diagonalScaling,
  coupling,
  autoregressive,
  planar,
  radial,
  sylvester,
  residual,
  sigmoid,
  exp,
  softplus,
  leakyTanh,
  squeeze,
  split,
  flatten,
]

export const layers: Readonly<Record<string, LayerDefinition>> =
  Object.fromEntries(definitions.map((definition) => [definition.kind, definition]))
