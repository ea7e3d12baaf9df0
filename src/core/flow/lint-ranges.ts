/**
 * Warnings about layers and bases that take a part of the line only, and are given all of it: log p is −∞ there, or a
 * fence stands in for it. Followed along the normalizing direction; what the data are is not known here.
 */
import { type Issue, warning } from '../issues.ts'
import type { PlacedLayer } from './flow.ts'

/** Values that can reach a layer; undefined where that depends on the data. */
type Range = readonly [low: number, high: number]
const REALS: Range = [-Infinity, Infinity]

const number = ({ site }: PlacedLayer, name: string): number => Number(site.options[name])

/** What a layer takes, where that is not the whole line. */
function taken(layer: PlacedLayer): Range | undefined {
  switch (layer.definition.kind) {
    case 'log': return [number(layer, 'low'), Infinity]
    case 'logit':
    case 'box': return [number(layer, 'low'), number(layer, 'high')]
    case 'softplus': return layer.site.options['direction'] === 'generating' ? [0, Infinity] : undefined
    default: return undefined
  }
}

/** What leaves a layer, given what came. */
function left(layer: PlacedLayer, range: Range | undefined): Range | undefined {
  const { kind, editor, transforms } = layer.definition
  if (kind === 'sigmoid') return [0, 1]
  if (kind === 'exp' || (kind === 'softplus' && taken(layer) === undefined)) return [0, Infinity]
  if (taken(layer) !== undefined) return REALS
  // Units and order, of one dimension or of some: what cannot be told from here is not said.
  if (editor.group === 'data' || editor.group === 'normalisation' || editor.group === 'shape') return range === undefined || range === REALS ? range : undefined
  if (kind === 'permutation') return range
  // A part of the dimensions is enough.
  return transforms(layer.site) === 'none' ? range : REALS
}

/** Whether it draws from the base first: such flows bend the cube itself, and fit what lies inside of its picture. */
const generates = ({ site }: PlacedLayer): boolean => ['generating', 'generate', 'inverse'].includes(String(site.options['direction']))

const show = ([low, high]: Range): string => (high === Infinity ? `above ${low}` : `between ${low} and ${high}`)

/** `base`: kind of the base. Every place in the document is named once, however often it is repeated. */
export function lintRanges(layers: readonly PlacedLayer[], base: string): Issue[] {
  const issues = new Map<string, Issue>()
  let range: Range | undefined
  let before: PlacedLayer | undefined
  for (const layer of layers) {
    const wanted = taken(layer)
    if (wanted !== undefined && range === REALS && before !== undefined && !issues.has(layer.at)) {
      issues.set(layer.at, warning('range-exceeded', `it takes values ${show(wanted)}, and any number can come from '${before.id}' before it`, {
        at: `${layer.at} (${layer.definition.kind} '${layer.id}')`, fix: 'move it to where such values come, or leave it out',
      }))
    }
    range = left(layer, range)
    before = layer
  }
  if (base === 'uniform' && range === REALS && before !== undefined && !layers.some(generates)) {
    issues.set('base', warning('base-range', `a uniform base has z between 0 and 1, and any number can come from '${before.id}' before it`, {
      at: 'base', fix: 'put a sigmoid behind the last layer',
    }))
  }
  return [...issues.values()]
}
