/** Orders of the dimensions: position → dimension, a permutation of 0 … D − 1. */
import { type Issue, error } from '../../issues.ts'
import type { Tensor } from '../../ir/graph.ts'
import { gather } from '../../ir/tensor.ts'
import { key, named, permutation } from '../../random.ts'

export type OrderKind = 'natural' | 'reversed' | 'random' | 'explicit'

export interface OrderOptions {
  readonly order: OrderKind
  /** Of the random order. */
  readonly seed: number
  /** For `explicit`: the dimensions in their order. */
  readonly explicit: readonly number[]
}

/** The issue of an explicit order that does not name each of D dimensions once. */
export function checkOrder(size: number, { order, explicit }: OrderOptions): readonly Issue[] {
  if (order !== 'explicit') return []
  const once = new Set(explicit)
  if (explicit.length === size && once.size === size && explicit.every((dimension) => dimension < size)) return []
  return [error('order-explicit', `expected each of the dimensions 0 … ${size - 1} once, got [${explicit.join(', ')}]`, {
    at: 'explicit', fix: `list all ${size} of them, the one that depends on no other first`,
  })]
}

/** `path` gives each layer a random order of its own for equal seeds. */
export function orderOf(size: number, path: string, { order, seed, explicit }: OrderOptions): readonly number[] {
  const natural = Array.from({ length: size }, (_, i) => i)
  switch (order) {
    case 'natural': return natural
    case 'reversed': return natural.reverse()
    case 'random': return [...permutation(named(key(seed), path), size)]
    case 'explicit': return explicit
  }
}

/** dimension → position */
export function positionsOf(order: readonly number[]): readonly number[] {
  const positions = new Array<number>(order.length)
  order.forEach((dimension, position) => { positions[dimension] = position })
  return positions
}

/** The slices of x at these indices along an axis; x itself where they are its own, in their order. */
export function arrange(x: Tensor, indices: readonly number[], axis: number): Tensor {
  const same = indices.length === x.shape[axis] && indices.every((index, i) => index === i)
  return same ? x : gather(x, indices, axis)
}
