/**
 * Whether every dimension can influence every other. For each position of the event, and for each latent, the set of
 * data dimensions that it depends on: a coupling adds to what it transforms all that its network sees, a mixing layer
 * puts everything together, a permutation carries the sets along. Two dimensions that no latent depends on together
 * are independent in the model, given the rest.
 */
import { type Issue, warning } from '../issues.ts'
import type { PlacedLayer } from './flow.ts'
import { type LayerGroup, eventSize } from './layer.ts'

/** Sets of more dimensions are not followed: a design is looked at after every edit. */
const MOST = 256
const BITS = 32

type DimensionSet = Uint32Array

const has = (set: DimensionSet, i: number): boolean => ((set[i >>> 5] as number) >>> (i & 31) & 1) === 1

function single(i: number, size: number): DimensionSet {
  const set = new Uint32Array(Math.ceil(size / BITS))
  set[i >>> 5] = 1 << (i & 31)
  return set
}

function union(sets: Iterable<DimensionSet>, size: number): DimensionSet {
  const all = new Uint32Array(Math.ceil(size / BITS))
  for (const set of sets) for (let w = 0; w < all.length; w++) all[w] = (all[w] as number) | (set[w] as number)
  return all
}

const same = (a: DimensionSet, b: DimensionSet): boolean => a.every((word, w) => word === b[w])

const together: ReadonlySet<LayerGroup> = new Set(['mixing', 'autoregressive', 'residual'])

/** A layer that mixes: all of a vector, or of an image each pixel's channels. */
function mixed({ definition, site }: PlacedLayer, sets: readonly DimensionSet[], size: number): readonly DimensionSet[] {
  const block = definition.editor.group === 'mixing' ? site.event.at(-1) as number : sets.length
  const blocks = Array.from({ length: sets.length / block }, (_, b) => union(sets.slice(b * block, (b + 1) * block), size))
  return sets.map((_, i) => blocks[Math.floor(i / block)] as DimensionSet)
}

/** What the positions depend on behind a layer; what leaves for the base there is at the end. */
function behind(layer: PlacedLayer, sets: readonly DimensionSet[], size: number): readonly DimensionSet[] {
  const { definition, site } = layer
  const order = definition.reorders?.(site)
  if (order !== undefined) return order.map((from) => sets[from] as DimensionSet)
  const changed = definition.transforms(site)
  if (changed === 'none') return sets
  if (together.has(definition.editor.group)) return mixed(layer, sets, size)
  if (definition.editor.group !== 'coupling') return sets
  const moved = new Set(changed === 'all' ? sets.keys() : changed)
  const seen = union(sets.filter((_, i) => !moved.has(i)), size)
  return sets.map((set, i) => (moved.has(i) ? union([set, seen], size) : set))
}

/** What every latent depends on; undefined as soon as one depends on everything. */
function latents(layers: readonly PlacedLayer[], size: number): readonly DimensionSet[] | undefined {
  const left: DimensionSet[] = []
  let sets: readonly DimensionSet[] = Array.from({ length: size }, (_, i) => single(i, size))
  const everything = union(sets, size)
  for (const layer of layers) {
    const next = behind(layer, sets, size)
    if (next !== sets && next.some((set) => same(set, everything))) return undefined
    const kept = eventSize(layer.types.event)
    left.push(...next.slice(kept))
    sets = next.slice(0, kept)
  }
  return [...left, ...sets]
}

function apart(sets: readonly DimensionSet[], size: number): readonly (readonly [number, number])[] {
  const met = Array.from({ length: size }, (_, i) => union(sets.filter((set) => has(set, i)), size))
  return met.flatMap((set, i) => Array.from({ length: size - i - 1 }, (_, k) => i + 1 + k)
    .filter((j) => !has(set, j)).map((j) => [i, j] as const))
}

/** `size`: dimensions of the data. Nothing is said where no layer is more than a change of units or order. */
export function lintMixing(layers: readonly PlacedLayer[], size: number): Issue[] {
  const plain = layers.every(({ definition }) => ['data', 'normalisation', 'shape'].includes(definition.editor.group))
  if (plain || size < 2 || size > MOST) return []
  const sets = latents(layers, size)
  const pairs = sets === undefined ? [] : apart(sets, size)
  const [first] = pairs
  if (first === undefined) return []
  const others = pairs.length === 1 ? '' : `, and ${pairs.length - 1} more such ${pairs.length === 2 ? 'pair' : 'pairs'}`
  return [warning('never-mixed',
    `nothing lets dimensions ${first[0]} and ${first[1]} of ${size} (counted from 0) influence one another${others}: the flow takes them for independent, given the rest`,
    { at: 'layers', fix: 'put a linear layer or a permutation between the couplings, or take turns with their masks' })]
}
