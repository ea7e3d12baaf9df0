/** The catalogue of objectives: one line each. */
import { adversarial } from './adversarial.ts'
import { maximumLikelihood } from './maximum-likelihood.ts'
import type { ObjectiveDefinition } from './objective.ts'
import { reverseKl } from './reverse-kl.ts'
import { autoencoder } from './variational/autoencoder.ts'
import { flowDecoder } from './variational/flow-decoder.ts'

const definitions: readonly ObjectiveDefinition[] = [
  maximumLikelihood,
  reverseKl,
  autoencoder,
  flowDecoder,
  adversarial,
]

export const objectives: Readonly<Record<string, ObjectiveDefinition>> =
  Object.fromEntries(definitions.map((definition) => [definition.kind, definition]))
