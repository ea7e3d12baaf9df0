/** Kinds of templates, told from what they are made of, so that a new template finds its place by itself. */
import type { DesignNode } from '../../../core/flow/design.ts'
import { isRepeat } from '../../../core/flow/design.ts'
import type { LayerGroup } from '../../../core/flow/layer.ts'
import type { ReportedResult, Template } from '../../../core/flow/templates/index.ts'
import { entryOf } from '../../editor/catalogue.ts'

/** In the order in which the gallery shows them. */
export const familyTitles = {
  coupling: 'Coupling',
  autoregressive: 'Autoregressive',
  residual: 'Residual',
  mixing: 'Linear',
  other: 'Other layers',
  objective: 'Other objectives',
} as const
export type Family = keyof typeof familyTitles

/** The first of these among its layers names a flow: a linear layer between couplings does not. */
const telling: readonly LayerGroup[] = ['autoregressive', 'residual', 'coupling', 'mixing']

function groupsOf(nodes: readonly DesignNode[]): readonly string[] {
  return nodes.flatMap((node) => (isRepeat(node) ? groupsOf(node.layers) : [entryOf(node.kind).group]))
}

export function familyOf(template: Template): Family {
  const { design, training } = template.build(2)
  const objective = String(training.objective?.['kind'] ?? 'maximum-likelihood')
  // What is minimised says more about these than their layers do.
  if (objective !== 'maximum-likelihood') return 'objective'
  const groups = new Set(groupsOf(design.layers))
  const found = telling.find((group) => groups.has(group))
  return found === undefined || !(found in familyTitles) ? 'other' : found as Family
}

/** Templates by family, those of one family in the order of the catalogue. */
export function byFamily(templates: readonly Template[]): ReadonlyMap<Family, readonly Template[]> {
  const families = Object.keys(familyTitles) as Family[]
  const sorted = families.map((family) => [family, templates.filter((template) => familyOf(template) === family)] as const)
  return new Map(sorted.filter(([, members]) => members.length > 0))
}

const units: Readonly<Record<ReportedResult['unit'], string>> = {
  'bits/dim': 'bits/dim', 'log-likelihood, nats': 'nats', 'bound, nats': 'nats, bound',
}
export const unitOf = ({ unit }: ReportedResult): string => units[unit]
