/** The catalogue of bases: one line each. */
import type { BaseDefinition } from '../base.ts'
import classGaussian from './class-gaussian.ts'
import gaussian from './gaussian.ts'
import gaussianMixture from './gaussian-mixture.ts'
import logistic from './logistic.ts'
import studentT from './student-t.ts'
import uniform from './uniform.ts'

const definitions: readonly BaseDefinition[] = [
  gaussian,
  logistic,
  studentT,
  uniform,
  gaussianMixture,
  classGaussian,
]

export const bases: Readonly<Record<string, BaseDefinition>> =
  Object.fromEntries(definitions.map((definition) => [definition.kind, definition]))
