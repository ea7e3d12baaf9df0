/** The catalogue of transformers: one import and one line each. */
import type { TransformerDefinition } from '../transformer.ts'
import additive from './additive.ts'
import affine from './affine.ts'
import cubicSpline from './cubic-spline.ts'
import deepSigmoidal from './deep-sigmoidal.ts'
import linearSpline from './linear-spline.ts'
import quadraticSpline from './quadratic-spline.ts'
import rationalQuadratic from './rational-quadratic.ts'

const definitions: readonly TransformerDefinition[] = [
  additive,
  affine,
  linearSpline,
  quadraticSpline,
  cubicSpline,
  rationalQuadratic,
  deepSigmoidal,
]

export const transformers: Readonly<Record<string, TransformerDefinition>> =
  Object.fromEntries(definitions.map((definition) => [definition.kind, definition]))
