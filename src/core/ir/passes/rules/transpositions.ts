/**
 * Transpositions, where another layout costs nothing: a matrix product gives its result transposed as soon as its
 * operands change places, (A·B)ᵀ = Bᵀ·Aᵀ, and takes transposed operands as they are. So a transposition moves up to the
 * product that made the tensor, and down to the products and sums that take it, and is gone.
 */
import type { Node, Tensor } from '../../graph.ts'
import type { MatmulAttributes } from '../../ops/matmul.ts'
import type { SliceAttributes } from '../../ops/slice.ts'
import type { ReduceAttributes } from '../../reduction.ts'
import { type Dim, sameShape, shapeSize } from '../../shape.ts'
import { add, concat, gather, matmul, reduceSum, reshape, slice, transpose } from '../../tensor.ts'
import { type Rule, type RuleArguments, type Rules, madeBy } from './rule.ts'

type Permutation = readonly number[]

const permutationOf = (node: Node): Permutation => node.attributes['permutation'] as Permutation
const isSame = (a: Permutation, b: Permutation): boolean => a.length === b.length && a.every((axis, i) => axis === b[i])
const swapped: Permutation = [1, 0]
const isMatrices = (tensors: readonly Tensor[]): boolean => tensors.every(({ shape }) => shape.length === 2)

function turn(x: Tensor, permutation: Permutation): Tensor {
  return permutation.every((axis, i) => axis === i) ? x : transpose(x, permutation)
}

type Source = Pick<RuleArguments, 'uses' | 'made'>

/**
 * The transposed tensor, made without a transposition; undefined where that cannot be, or where the tensor itself is
 * needed as well. Takes a tensor of the old graph, gives one of the new graph.
 */
function raise(tensor: Tensor, permutation: Permutation, source: Source): Tensor | undefined {
  return source.uses(tensor) === 1 ? raised[tensor.node.op]?.(tensor.node, permutation, source) : undefined
}

const raised: Readonly<Record<string, (node: Node, permutation: Permutation, source: Source) => Tensor | undefined>> = {
  matmul({ inputs, attributes }, permutation, { made }) {
    if (!isMatrices(inputs) || !isSame(permutation, swapped)) return undefined
    const { transposeA, transposeB } = attributes as MatmulAttributes
    const [a, b] = inputs.map(made) as [Tensor, Tensor]
    return matmul(b, a, { transposeA: !transposeB, transposeB: !transposeA })
  },

  /** With a bias, [n] or [1, n] beside a matrix [m, n]. */
  add({ inputs, outputs }, permutation, source) {
    const shape = outputs[0]?.shape ?? []
    const columns = shape.at(-1)
    if (shape.length !== 2 || columns === undefined) return undefined
    const [a, b] = inputs as readonly [Tensor, Tensor]
    for (const [matrix, bias] of [[a, b], [b, a]] as const) {
      const isBias = sameShape(bias.shape, [columns]) || sameShape(bias.shape, [1, columns])
      const turned = isBias && sameShape(matrix.shape, shape) ? raise(matrix, permutation, source) : undefined
      if (turned !== undefined) return add(turned, reshape(source.made(bias), [columns, 1]))
    }
    return undefined
  },

  /** [m, a·b] as [m, a, b], turned to [a, b, m]. */
  reshape({ inputs: [x], outputs }, permutation, source) {
    const [first, ...rest] = outputs[0]?.shape ?? []
    if (x?.shape.length !== 2 || x.shape[0] !== first || first === undefined || !isSame(permutation, [1, 2, 0])) return undefined
    const turned = raise(x, swapped, source)
    return turned && reshape(turned, [...rest, first])
  },

  concat({ inputs, attributes }, permutation, source) {
    const parts = inputs.map((part) => raise(part, permutation, source)).filter((part) => part !== undefined)
    return parts.length === inputs.length ? concat(parts, permutation.indexOf(attributes['axis'] as number)) : undefined
  },

  gather({ inputs: [x, indices], attributes }, permutation, source) {
    if (x === undefined || indices?.shape.length !== 1) return undefined
    const turned = raise(x, permutation, source)
    return turned && gather(turned, source.made(indices), permutation.indexOf(attributes['axis'] as number))
  },
}

const transposeRule: Rule = ({ node, inputs: [x], uses, made }) => {
  const permutation = permutationOf(node)
  const inner = madeBy(x, 'transpose')
  if (inner !== undefined) {
    const first = permutationOf(inner)
    return turn(inner.inputs[0] as Tensor, permutation.map((axis) => first[axis] as number))
  }
  return raise(node.inputs[0] as Tensor, permutation, { uses, made })
}

/** The tensor that was transposed, and how. */
function turned(x: Tensor | undefined): { readonly source: Tensor; readonly permutation: Permutation } | undefined {
  const node = madeBy(x, 'transpose')
  return node && { source: node.inputs[0] as Tensor, permutation: permutationOf(node) }
}

const matmulRule: Rule = ({ node, inputs }) => {
  const [a, b] = inputs.map((input) => (input.shape.length === 2 ? turned(input)?.source : undefined))
  if (!isMatrices(inputs) || (a === undefined && b === undefined)) return undefined
  const { transposeA, transposeB } = node.attributes as MatmulAttributes
  return matmul(a ?? (inputs[0] as Tensor), b ?? (inputs[1] as Tensor), {
    transposeA: transposeA !== (a !== undefined), transposeB: transposeB !== (b !== undefined),
  })
}

const sliceRule: Rule = ({ node, inputs: [x] }) => {
  const { axis, start, end } = node.attributes as SliceAttributes
  const found = turned(x)
  return found && transpose(slice(found.source, found.permutation[axis] as number, start, end), found.permutation)
}

/** [m, a, b] as [m, a·b], where it was [a, b, m]. */
const reshapeRule: Rule = ({ node, inputs: [x] }) => {
  const found = turned(x)
  const shape = (node.outputs[0] as Tensor).shape
  if (found === undefined || shape.length !== 2 || !isSame(found.permutation, [2, 0, 1])) return undefined
  const [a, b, m] = found.source.shape as readonly [Dim, Dim, Dim]
  const all = shapeSize([a, b])
  return all !== undefined && shape[0] === m && shape[1] === all
    ? transpose(reshape(found.source, [all, m]), swapped)
    : undefined
}

/** All axes but one: what is left has no order. */
const reduceSumRule: Rule = ({ node, inputs: [x] }) => {
  const { axes, keepDims } = node.attributes as ReduceAttributes
  const found = turned(x)
  if (found === undefined || keepDims || axes.length !== found.permutation.length - 1) return undefined
  return reduceSum(found.source, axes.map((axis) => found.permutation[axis] as number).sort((a, b) => a - b))
}

export const transpositions: Rules = {
  transpose: transposeRule, matmul: matmulRule, slice: sliceRule, reshape: reshapeRule, reduceSum: reduceSumRule,
}
