/**
 * Slices, concatenations, paddings and reshapes that undo or continue one another. A flow takes events apart and puts
 * them together in every coupling, and the chain rule doubles that.
 */
import type { Node, Tensor } from '../../graph.ts'
import type { PadAttributes } from '../../ops/pad.ts'
import type { SliceAttributes } from '../../ops/slice.ts'
import type { ReduceAttributes } from '../../reduction.ts'
import { type Dim, type Shape, sameShape, shapeSize } from '../../shape.ts'
import { concat, pad, reshape, slice } from '../../tensor.ts'
import { type Rule, type Rules, madeBy } from './rule.ts'

const lengthOf = (tensor: Tensor, axis: number): number => tensor.shape[axis] as number

/**
 * Two windows of zeros-padded values, one ending where the other begins, are one window: what is left of the
 * cotangents of neighbouring slices.
 */
export function joinWindows(first: Tensor, second: Tensor): Tensor | undefined {
  const [a, b] = [madeBy(first, 'pad'), madeBy(second, 'pad')]
  const [x, y] = [a?.inputs[0], b?.inputs[0]]
  if (a === undefined || b === undefined || x === undefined || y === undefined) return undefined
  // One that is spread by the sum cannot be laid beside the other.
  if (!sameShape(first.shape, second.shape)) return undefined
  const [left, right] = [a.attributes as PadAttributes, b.attributes as PadAttributes]
  const { axis } = left
  const neighbours = axis === right.axis && left.before + lengthOf(x, axis) === right.before
  return neighbours ? pad(concat([x, y], axis), axis, left.before, right.after) : undefined
}

/** Elements start … end−1 of a concatenation, where they are whole parts or lie in one. */
function sliceOfConcat({ inputs: parts }: Node, axis: number, start: number, end: number): Tensor | undefined {
  const inside: Tensor[] = []
  let at = 0
  for (const part of parts) {
    const length = part.shape[axis]
    if (typeof length !== 'number') return undefined
    if (start >= at && end <= at + length) return slice(part, axis, start - at, end - at)
    if (at >= start && at + length <= end) inside.push(part)
    at += length
  }
  const covered = inside.reduce((sum, part) => sum + lengthOf(part, axis), 0)
  return covered === end - start ? concat(inside, axis) : undefined
}

const sliceRule: Rule = ({ node, inputs: [x] }) => {
  const { axis, start, end } = node.attributes as SliceAttributes
  const inner = x?.node
  const source = inner?.inputs[0]
  if (inner === undefined || source === undefined || inner.attributes['axis'] !== axis) return undefined
  if (inner.op === 'concat') return sliceOfConcat(inner, axis, start, end)
  if (inner.op === 'slice') {
    const { start: first } = inner.attributes as SliceAttributes
    return slice(source, axis, first + start, first + end)
  }
  const before = inner.op === 'pad' ? (inner.attributes as PadAttributes).before : undefined
  const within = before !== undefined && start >= before && end <= before + lengthOf(source, axis)
  return within ? slice(source, axis, start - before, end - before) : undefined
}

/** Neighbouring slices of one tensor, put together again. */
const concatRule: Rule = ({ node, inputs }) => {
  const axis = node.attributes['axis'] as number
  const [first] = inputs
  const source = madeBy(first, 'slice')?.inputs[0]
  if (source === undefined || first === undefined) return undefined
  const { start } = first.node.attributes as SliceAttributes
  let end = start
  for (const input of inputs) {
    const window = madeBy(input, 'slice')
    const attributes = window?.attributes as SliceAttributes | undefined
    if (window?.inputs[0] !== source || attributes?.axis !== axis || attributes.start !== end) return undefined
    end = attributes.end
  }
  return slice(source, axis, start, end)
}

/** Elements before, on and after an axis: [outer, length, inner] has the same row-major order. */
function around(shape: Shape, axis: number): { readonly outer: Dim | undefined; readonly inner: number } {
  const inner = shapeSize(shape.slice(axis + 1))
  return { outer: shapeSize(shape.slice(0, axis)), inner: typeof inner === 'number' ? inner : NaN }
}

/** reshape(slice(reshape(x [outer, length·inner]))) takes a window of x itself. */
function reshapeOfSlice(window: Node, shape: Shape): Tensor | undefined {
  const { axis, start, end } = window.attributes as SliceAttributes
  const spread = madeBy(window.inputs[0], 'reshape')
  const source = spread?.inputs[0]
  if (spread === undefined || source === undefined) return undefined
  const { outer, inner } = around((spread.outputs[0] as Tensor).shape, axis)
  const flat = source.shape.length === 2 && source.shape[0] === outer && typeof source.shape[1] === 'number'
  return flat && !Number.isNaN(inner) ? reshape(slice(source, 1, start * inner, end * inner), shape) : undefined
}

/** reshape(concat(parts)) to [outer, all] lays the parts side by side as they are, flattened. */
function reshapeOfConcat(joined: Node, shape: Shape): Tensor | undefined {
  const axis = joined.attributes['axis'] as number
  const { outer, inner } = around((joined.outputs[0] as Tensor).shape, axis)
  if (outer === undefined || Number.isNaN(inner) || shape.length !== 2 || shape[0] !== outer) return undefined
  const parts: Tensor[] = []
  for (const part of joined.inputs) {
    const source = madeBy(part, 'reshape')?.inputs[0]
    if (source === undefined || typeof part.shape[axis] !== 'number') return undefined
    parts.push(reshape(source, [outer, lengthOf(part, axis) * inner]))
  }
  return concat(parts, 1)
}

const reshapeRule: Rule = ({ node, inputs: [x], only }) => {
  if (x === undefined) return undefined
  const { shape } = node.outputs[0] as Tensor
  if (sameShape(x.shape, shape)) return x
  const inner = madeBy(x, 'reshape')?.inputs[0]
  if (inner !== undefined) return reshape(inner, shape)
  if (!only(0)) return undefined
  const [window, joined] = [madeBy(x, 'slice'), madeBy(x, 'concat')]
  if (window !== undefined) return reshapeOfSlice(window, shape)
  return joined === undefined ? undefined : reshapeOfConcat(joined, shape)
}

export const windows: Rules = {
  slice: sliceRule,
  concat: concatRule,
  reshape: reshapeRule,
  broadcastTo: ({ node, inputs: [x] }) => (x !== undefined && sameShape(x.shape, (node.outputs[0] as Tensor).shape) ? x : undefined),
  reduceSum({ node, inputs: [x] }) {
    const { axes } = node.attributes as ReduceAttributes
    if (x === undefined || axes.some((axis) => x.shape[axis] !== 1)) return undefined
    return reshape(x, (node.outputs[0] as Tensor).shape)
  },
}
