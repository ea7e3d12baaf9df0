/** Warnings about single layers: scales that can run away, and directions that take many passes. */
import { type Issue, warning } from '../issues.ts'
import type { PlacedLayer } from './flow.ts'
import { costOf, eventSize } from './layer.ts'
import type { PartChoice } from './options.ts'

/** e^7 ≈ 1100: a coupling that may stretch a dimension by more than a thousand is bounded in name only. */
const WIDE = 7

function wideScale({ at, site }: PlacedLayer): Issue[] {
  const transformer = site.options['transformer'] as PartChoice | undefined
  const bound = transformer?.options['bound']
  if (transformer?.kind !== 'affine' || typeof bound !== 'number' || bound <= WIDE) return []
  return [warning('log-scale-unbounded', `a log-scale of up to ${bound} stretches by e^${bound} ≈ ${Math.exp(bound).toPrecision(2)}: a few steps can make it explode`, {
    at: `${at}.options.transformer.bound`, fix: 'set it to 2',
  })]
}

/** So many passes of a network are few. */
const FEW_PASSES = 16

function manyPasses({ at, definition, site, id }: PlacedLayer): Issue[] {
  const passes = eventSize(site.event)
  if (passes <= FEW_PASSES) return []
  const cost = costOf(definition, site)
  const slow = (['normalize', 'generate'] as const).filter((direction) => cost[direction] === 'one pass a dimension')
  return slow.map((direction) => warning('direction-sequential', direction === 'generate'
    ? `sampling runs its network ${passes} times, once for every dimension`
    : `the likelihood, and so training on it, runs its network ${passes} times, once for every dimension`, {
    at: `${at} (${definition.kind} '${id}')`,
    fix: direction === 'generate' ? 'take a coupling where you sample much' : 'take the other orientation where you train by likelihood',
  }))
}

/** Every place in the document is named once, however often it is repeated. */
export function lintLayers(layers: readonly PlacedLayer[]): Issue[] {
  const seen = new Set<string>()
  return layers.flatMap((layer) => {
    if (seen.has(layer.at)) return []
    seen.add(layer.at)
    return [...wideScale(layer), ...manyPasses(layer)]
  })
}
