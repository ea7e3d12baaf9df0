/** The catalogue of conditioners: one import and one line each. */
import type { ConditionerDefinition } from '../conditioner.ts'
import mlp from './mlp.ts'

const definitions: readonly ConditionerDefinition[] = [
  mlp,
]

export const conditioners: Readonly<Record<string, ConditionerDefinition>> =
  Object.fromEntries(definitions.map((definition) => [definition.kind, definition]))
