/** The catalogue of objectives: one line each. */
import { maximumLikelihood } from './maximum-likelihood.ts'
import type { ObjectiveDefinition } from './objective.ts'

export const objectives: Readonly<Record<string, ObjectiveDefinition>> = {
  'maximum-likelihood': maximumLikelihood,
}
