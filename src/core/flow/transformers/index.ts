/** The catalogue of transformers: one import and one line each. */
import type { TransformerDefinition } from '../transformer.ts'
import additive from './additive.ts'
import affine from './affine.ts'
import rationalQuadratic from './rational-quadratic.ts'

const definitions: readonly TransformerDefinition[] = [
  additive,
  affine,
  rationalQuadratic,
]

export const transformers: Readonly<Record<string, TransformerDefinition>> =
  Object.fromEntries(definitions.map((definition) => [definition.kind, definition]))
