/** The catalogue of bases: one line each. */
import type { BaseDefinition } from '../base.ts'
import gaussian from './gaussian.ts'
import logistic from './logistic.ts'
import uniform from './uniform.ts'

const definitions: readonly BaseDefinition[] = [
  gaussian,
  logistic,
  uniform,
]

export const bases: Readonly<Record<string, BaseDefinition>> =
  Object.fromEntries(definitions.map((definition) => [definition.kind, definition]))
