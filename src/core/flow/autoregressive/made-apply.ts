/**
 * All dimensions through the masked conditioner in one pass.
 *
 * The masks leave about half of the weights. Units are sorted by degree, so that those weights lie in a staircase:
 * units and dimensions go in k groups of neighbouring degrees, and a group's product takes the units of the groups
 * before it and its own alone. That is (k + 1)/2k of the full product's work, of its gradient's as well; within the
 * steps, and for narrow networks, weights are masked.
 */
import type { Tensor } from '../../ir/graph.ts'
import { add, concat, gather, matmul, mul, reshape, slice } from '../../ir/tensor.ts'
import { runDense } from '../dense-network.ts'
import type { PartContext } from '../layer.ts'
import { groupsOf, lengthOf, maskOf } from './degrees.ts'
import { type MadeSite, layersOf } from './made-network.ts'
import { arrange, positionsOf } from './order.ts'

/** Units [start, end), and the dimensions whose parameters they are the last to lead to, in ascending order. */
interface Group {
  readonly units: readonly [start: number, end: number]
  readonly dimensions: readonly number[]
}

function groupsOfSite({ order, contextSize, options: { width, depth } }: MadeSite): readonly Group[] {
  const groups = groupsOf(width, order.length, contextSize > 0)
  const all = depth === 0 ? groups.slice(0, 1) : groups
  return all.map(({ units, degrees: [low, high] }, g) => ({
    units,
    dimensions: order.slice(g === 0 ? 0 : low, g === all.length - 1 ? order.length : high).sort((a, b) => a - b),
  }))
}

export interface Mask {
  /** [in, out] */
  readonly shape: readonly [number, number]
  readonly values: Float64Array
}

/** Full masks of the linear maps; the context's rows are free. */
export function masksOf(site: MadeSite): readonly Mask[] {
  const layers = layersOf(site)
  return layers.slice(1).map((to, i) => {
    const from = layers[i] ?? to
    const [inputs, outputs] = [lengthOf(from) + (i === 0 ? site.contextSize : 0), lengthOf(to)]
    const values = new Float64Array(inputs * outputs).fill(1)
    values.set(maskOf(from, to))
    return { shape: [inputs, outputs], values }
  })
}

/** The first rows of a mask at some of its columns. */
function tileOf({ shape: [, length], values }: Mask, rows: number, columns: readonly number[]): Float64Array {
  return Float64Array.from({ length: rows * columns.length }, (_, i) =>
    values[Math.floor(i / columns.length) * length + (columns[i % columns.length] as number)] as number)
}

/** Slices at ascending indices. */
function take(x: Tensor, indices: readonly number[], axis: number): Tensor {
  const [first = 0, last = -1] = [indices[0], indices.at(-1)]
  return last - first + 1 === indices.length ? slice(x, axis, first, last + 1) : gather(x, indices, axis)
}

export function applyMade(ctx: PartContext, site: MadeSite, x: Tensor): Tensor {
  const { order, each, options } = site
  const { graph, batch } = ctx
  const size = order.length
  const groups = groupsOfSite(site)
  const masks = masksOf(site)
  /** Columns of a linear map that lead to a group. */
  const columnsOf = ({ units: [start, end], dimensions }: Group, map: number): number[] =>
    map < masks.length - 1
      ? Array.from({ length: end - start }, (_, i) => start + i)
      : Array.from({ length: each }, (_, p) => dimensions.map((dimension) => p * size + dimension)).flat()
  /** Weights [in, out] or a bias [out] of a linear map; of the last one with its outputs apart, [.., P, D]. */
  const spread = (name: string, map: number): Tensor => {
    const tensor = ctx.parameter(`${name}${map}`)
    return map < masks.length - 1 ? tensor : reshape(tensor, [...tensor.shape.slice(0, -1), each, size])
  }
  /** Of these the columns that lead to a group: [in, out] or [out]. */
  const toGroup = (tensor: Tensor, group: Group, map: number): Tensor => {
    const last = tensor.shape.length - 1
    if (map < masks.length - 1) return slice(tensor, last, ...group.units)
    const taken = take(tensor, group.dimensions, last)
    return reshape(taken, [...tensor.shape.slice(0, -2), each * group.dimensions.length])
  }
  const input = ctx.context === undefined ? x : concat([x, ctx.context], 1)
  const parts = runDense(options, [input], (h, map) => {
    const [weights, bias] = [spread('weight', map), spread('bias', map)]
    const mask = masks[map] as Mask
    return groups.map((group, g) => {
      const known = map === 0 ? mask.shape[0] : group.units[1]
      const columns = columnsOf(group, map)
      // Columns first: the gradients of all groups then lie side by side, and need not be added.
      const kept = slice(toGroup(weights, group, map), 0, 0, known)
      const weight = mul(kept, graph.constant(tileOf(mask, known, columns), [known, columns.length]))
      const before = map === 0 ? (h[0] as Tensor) : concat(h.slice(0, g + 1), 1)
      return add(matmul(before, weight), toGroup(bias, group, map))
    })
  })
  const sorted = groups
    .map(({ dimensions }, g) => ({ dimensions, raw: reshape(parts[g] as Tensor, [batch, each, dimensions.length]) }))
    .sort((a, b) => (a.dimensions[0] as number) - (b.dimensions[0] as number))
  return arrange(concat(sorted.map(({ raw }) => raw), 2), positionsOf(sorted.flatMap(({ dimensions }) => dimensions)), 2)
}
