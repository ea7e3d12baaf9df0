/** The catalogue of bases: one line each. */
import type { BaseDefinition } from '../base.ts'
import gaussian from './gaussian.ts'

export const bases: Readonly<Record<string, BaseDefinition>> = Object.fromEntries(
  ([gaussian] as readonly BaseDefinition[]).map((definition) => [definition.kind, definition]),
)
