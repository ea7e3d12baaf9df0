/** Warnings about designs that are valid but hardly meant so: found by following every dimension through the layers. */
import { type Issue, warning } from '../issues.ts'
import type { PlacedLayer } from './flow.ts'
import { type LayerGroup, eventSize } from './layer.ts'
import { lintLayers } from './lint-layers.ts'
import { lintMixing } from './lint-mixing.ts'

/** Layers of these groups only set units or reorder: a dimension that meets no other stays as it was. */
const plain: ReadonlySet<LayerGroup> = new Set(['data', 'normalisation', 'shape'])
/** Layers of these groups, where they change all dimensions, make new ones of them. */
const mixing: ReadonlySet<LayerGroup> = new Set(['mixing', 'autoregressive', 'residual'])

/** Positions of the flattened event that a layer changes. */
function changed({ definition, site }: PlacedLayer): readonly number[] {
  const positions = definition.transforms(site)
  if (positions === 'none') return []
  return positions === 'all' ? Array.from({ length: eventSize(site.event) }, (_, i) => i) : positions
}

/** Which dimension of the data stands at each position behind a layer; what leaves for the base is dropped. */
function follow({ definition, site, types }: PlacedLayer, dimensions: readonly number[]): number[] {
  const order = definition.reorders?.(site)
  const next = order === undefined ? [...dimensions] : order.map((from) => dimensions[from] as number)
  return next.slice(0, eventSize(types.event))
}

const SHOWN = 8
const list = (indices: readonly number[]): string =>
  indices.length <= SHOWN ? indices.join(', ') : `${indices.slice(0, SHOWN).join(', ')}, …`

function untouched(size: number, touched: ReadonlySet<number>): Issue[] {
  const left = Array.from({ length: size }, (_, i) => i).filter((i) => !touched.has(i))
  if (left.length === 0) return []
  const [what, verb, object] = left.length === 1 ? ['dimension', 'is', 'it'] : ['dimensions', 'are', 'them']
  const message = `${what} ${list(left)} of ${size} (counted from 0) ${verb} changed by no layer but to a new unit, ` +
    `so the base alone models ${object}`
  const fix = 'add a coupling with the other mask, or a permutation between couplings'
  return [warning('dimension-untouched', message, { at: 'layers', fix })]
}

/** A coupling that changes the same dimensions as the one before it, given the same others, adds little. */
function sameMask(layer: PlacedLayer, before: PlacedLayer): Issue {
  const message = `it changes the same dimensions as '${before.id}' before it, and nothing between them mixes`
  return warning('same-mask', message, {
    at: `${layer.at} (${layer.definition.kind} '${layer.id}')`,
    fix: 'turn its mask around, or put a permutation or a linear layer between the two',
  })
}

/** `size`: dimensions of the data. Every place in the document is named once, however often it is repeated. */
export function lint(layers: readonly PlacedLayer[], size: number): Issue[] {
  const touched = new Set<number>()
  const issues = new Map<string, Issue>()
  let dimensions = Array.from({ length: size }, (_, i) => i)
  let coupling: { readonly layer: PlacedLayer; readonly mask: string } | undefined
  for (const layer of layers) {
    const { group } = layer.definition.editor
    const positions = changed(layer)
    if (group === 'coupling') {
      const mask = positions.map((i) => dimensions[i] as number).sort((a, b) => a - b).join()
      if (coupling?.mask === mask && !issues.has(layer.at)) issues.set(layer.at, sameMask(layer, coupling.layer))
      coupling = { layer, mask }
    } else if (mixing.has(group) && positions.length === dimensions.length) coupling = undefined
    if (!plain.has(group)) for (const i of positions) touched.add(dimensions[i] as number)
    dimensions = follow(layer, dimensions)
  }
  const none = layers.every(({ definition }) => plain.has(definition.editor.group))
  const left = none ? [] : untouched(size, touched)
  // What mends the first of these mends the second as well.
  return [...left, ...(left.length === 0 ? lintMixing(layers, size) : []), ...issues.values(), ...lintLayers(layers)]
}
