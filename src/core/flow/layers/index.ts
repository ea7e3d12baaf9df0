/** The catalogue of layers: one line each. */
import type { LayerDefinition } from '../layer.ts'
import actnorm from './actnorm.ts'

export const layers: Readonly<Record<string, LayerDefinition>> = Object.fromEntries(
  ([actnorm] as readonly LayerDefinition[]).map((definition) => [definition.kind, definition]),
)
