/** The catalogue of autoregressive conditioners: one import and one line each. */
import type { AutoregressiveConditionerDefinition } from './conditioner.ts'
import gru from './gru.ts'
import made from './made.ts'

const definitions: readonly AutoregressiveConditionerDefinition[] = [
  made,
  gru,
]

export const autoregressiveConditioners: Readonly<Record<string, AutoregressiveConditionerDefinition>> =
  Object.fromEntries(definitions.map((definition) => [definition.kind, definition]))
