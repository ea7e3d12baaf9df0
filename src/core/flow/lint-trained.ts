/** Warnings about a trained flow, from the figures of its invertibility certificate. */
import { type Issue, warning } from '../issues.ts'
import type { PlacedLayer } from './flow.ts'

export interface LayerCondition {
  readonly path: string
  /** Largest over smallest singular value of the layer's Jacobian; null where it was not computed. */
  readonly condition: number | null
}

/** float32 has seven digits: a linear map of this condition leaves three of them. */
const ILL = 1e4

/** Linear layers that training has brought near to singular. Every place in the document is named once. */
export function lintTrained(layers: readonly PlacedLayer[], figures: readonly LayerCondition[]): Issue[] {
  const conditions = new Map(figures.map(({ path, condition }) => [path, condition]))
  const worst = new Map<string, { readonly layer: PlacedLayer; readonly condition: number }>()
  for (const layer of layers) {
    const condition = conditions.get(layer.site.path)
    if (layer.definition.editor.group !== 'mixing' || condition === undefined || condition === null || condition <= ILL) continue
    if (condition > (worst.get(layer.at)?.condition ?? 0)) worst.set(layer.at, { layer, condition })
  }
  return [...worst.values()].map(({ layer, condition }) => warning('ill-conditioned',
    `training has made it ill-conditioned (${condition.toExponential(0)}): float32 loses ${Math.round(Math.log10(condition))} of its 7 digits on the way back`, {
      at: `${layer.at} (${layer.definition.kind} '${layer.id}')`,
      fix: 'a lower learning rate, AdamW with weight decay, or an actnorm beside it keeps it in shape',
    }))
}
