/**
 * Inverses of flows of the form v + R h(R̃ v + b), by scalar roots.
 *
 * `residualRoot`: c with c + p·h(c) = t, element by element, p and t of shapes that broadcast to t's.
 * `triangularRoot`: a with a + M h(a) = t for M upper triangular [.., m, m] with the diagonal p: the last element is a
 * scalar problem, and so is each one before it, once those behind it are known. A loop over the m elements, O(m²) for
 * each example. Its gradient, by the implicit function theorem, is another back substitution: with S = diag h′(a),
 * (I + S Mᵀ) λ = cotangent, and then dt = λ, dM = −λ h(a)ᵀ.
 */
import { full } from '../ir/compositions.ts'
import { type GradientRule, type Tensor, Graph } from '../ir/graph.ts'
import type { Dim } from '../ir/shape.ts'
import {
  abs, add, div, equal, gather, loop, matmul, maximum, mul, neg, reduceSum, reshape, stopGradient, sub, where,
  withGradient,
} from '../ir/tensor.ts'
import { type Nonlinearity, offsetBracket, rootBracket } from './residual-activations.ts'
import { type Root, bracketedRoot } from './solvers/bracketed-root.ts'

/** What the bracket is widened by: roundings of float32, relative to its ends, and for ends near 0. */
const [RELATIVE, ABSOLUTE] = [1e-6, 1e-5]

const widened = (end: Tensor, side: 1 | -1): Tensor =>
  add(end, mul(add(mul(abs(end), RELATIVE), ABSOLUTE), side))

/** c with c + p·h(c) = t. */
export function residualRoot(h: Nonlinearity, p: Tensor, t: Tensor): Root {
  if (h.solve !== undefined) return { root: h.solve(p, t), residual: full(t.graph, 0, t.shape) }
  return h.range === undefined ? unboundedRoot(h, p, t) : boundedRoot(h, h.range, p, t)
}

function unboundedRoot(h: Nonlinearity, p: Tensor, t: Tensor): Root {
  const [lower, upper] = rootBracket(h, stopGradient(p), stopGradient(t))
  return bracketedRoot({
    f: (c, [product]) => h.sum?.(product as Tensor, c) ?? add(c, mul(product as Tensor, h.value(c))),
    slope: (c, [product]) => add(mul(product as Tensor, h.slope(c)), 1),
    target: t, captured: [p], lower: widened(lower, -1), upper: widened(upper, 1),
  })
}

/** By q = c − t with q + p·h(t + q) = 0: as exact far from 0 as near it, since q is no larger than p·h. */
function boundedRoot(h: Nonlinearity, range: readonly [number, number], p: Tensor, t: Tensor): Root {
  const [lower, upper] = offsetBracket(range, stopGradient(p))
  const { root, residual } = bracketedRoot({
    f: (q, [product, at]) => add(q, mul(product as Tensor, h.value(add(q, at as Tensor)))),
    slope: (q, [product, at]) => add(mul(product as Tensor, h.slope(add(q, at as Tensor))), 1),
    target: full(t.graph, 0, t.shape), captured: [p, t], lower: widened(lower, -1), upper: widened(upper, 1),
  })
  return { root: add(root, t), residual }
}

interface Substitution {
  readonly body: Graph
  /** The number of the element, as an int vector [1]. */
  readonly at: Tensor
  readonly carried: readonly Tensor[]
  readonly captured: readonly Tensor[]
}

/** A loop body over elements, from the last (reverse) or the first, with its carried and captured values declared. */
function substitution(
  size: number, carried: readonly Tensor[], captured: readonly Tensor[], reverse: boolean,
): Substitution {
  const body = new Graph((carried[0] as Tensor).graph.ops)
  const step = body.input('step', [], 'int')
  const declare = (name: string) => ({ shape, dtype }: Tensor, i: number): Tensor =>
    body.input(`${name}${i}`, shape, dtype)
  return {
    body, at: reshape(reverse ? sub(size - 1, step) : step, [1]),
    carried: carried.map(declare('carried')), captured: captured.map(declare('captured')),
  }
}

/** x [.., m] with the element `at` replaced by `value` [N]. */
function put(x: Tensor, at: Tensor, value: Tensor): Tensor {
  const [batch, size] = x.shape as readonly [Dim, number]
  const here = equal(x.graph.constant(Array.from({ length: size }, (_, i) => i), [size], 'int'), at)
  return where(here, reshape(value, [batch, 1]), x)
}

/** Element `at` of the last axis, without that axis: a scalar, or [N]. */
function take(x: Tensor, at: Tensor): Tensor {
  const last = x.shape.length - 1
  return reshape(gather(x, at, last), x.shape.slice(0, last))
}

/** Row or column `at` of matrices [.., m, m], times the vectors [N, m]: [N]. */
function along(matrix: Tensor, axis: 'row' | 'column', at: Tensor, vectors: Tensor): Tensor {
  const rank = matrix.shape.length
  const lead = matrix.shape.slice(0, -2)
  const line = gather(matrix, at, axis === 'row' ? rank - 2 : rank - 1)
  return reduceSum(mul(vectors, reshape(line, [...lead, matrix.shape.at(-1) as number])), [1])
}

/** a and the largest residual of its elements [N], without gradients. */
function substitute(h: Nonlinearity, matrix: Tensor, p: Tensor, t: Tensor): readonly [Tensor, Tensor] {
  const [batch, size] = t.shape as readonly [Dim, number]
  const nothing = full(t.graph, 0, t.shape)
  const carried = [nothing, nothing, full(t.graph, 0, [batch])]
  const captured = [matrix, p, t]
  const { body, at, ...inner } = substitution(size, carried, captured, true)
  const [a, values, worst] = inner.carried as [Tensor, Tensor, Tensor]
  const [m, products, target] = inner.captured as [Tensor, Tensor, Tensor]
  // Values of elements that are not known yet are 0, and so is M below its diagonal.
  const rest = sub(take(target, at), along(m, 'row', at, values))
  const { root, residual } = residualRoot(h, take(products, at), rest)
  body.output('a', put(a, at, root))
  body.output('values', put(values, at, h.value(root)))
  body.output('worst', maximum(worst, residual))
  const result = loop({ count: t.graph.constant(size, [], 'int'), carried, captured, body })
  return [result.carried[0] as Tensor, result.carried[2] as Tensor]
}

/** λ with (I + S Mᵀ) λ = cotangent, [N, m]. */
function substituteBack(matrix: Tensor, slopes: Tensor, p: Tensor, cotangent: Tensor): Tensor {
  const size = cotangent.shape[1] as number
  const carried = [full(cotangent.graph, 0, cotangent.shape)]
  const captured = [matrix, slopes, p, cotangent]
  const { body, at, ...inner } = substitution(size, carried, captured, false)
  const [lambda] = inner.carried as [Tensor]
  const [m, s, products, given] = inner.captured as [Tensor, Tensor, Tensor, Tensor]
  const slope = take(s, at)
  const rest = sub(take(given, at), mul(slope, along(m, 'column', at, lambda)))
  body.output('lambda', put(lambda, at, div(rest, add(1, mul(slope, take(products, at))))))
  return loop({ count: cotangent.graph.constant(size, [], 'int'), carried, captured, body }).carried[0] as Tensor
}

/** The products M x for matrices [.., m, m] and vectors [N, m]. */
export function apply(matrix: Tensor, x: Tensor): Tensor {
  if (matrix.shape.length === 2) return matmul(x, matrix, { transposeB: true })
  const [batch, size] = x.shape as readonly [Dim, number]
  return reshape(matmul(matrix, reshape(x, [batch, size, 1])), [batch, size])
}

/** x yᵀ for vectors [N, m]: of each example where the matrices are, else summed over the examples. */
function outer(matrix: Tensor, x: Tensor, y: Tensor): Tensor {
  if (matrix.shape.length === 2) return matmul(x, y, { transposeA: true })
  const [batch, size] = x.shape as readonly [Dim, number]
  return mul(reshape(x, [batch, size, 1]), reshape(y, [batch, 1, size]))
}

/**
 * a [N, m] with a + M h(a) = t, and how far each example is from solved, [N]. What depends on p gets its gradient by M.
 */
export function triangularRoot(h: Nonlinearity, matrix: Tensor, p: Tensor, t: Tensor): Root {
  const [found, residual] = substitute(h, ...([matrix, p, t].map(stopGradient) as [Tensor, Tensor, Tensor]))
  const rule: GradientRule = ({ value, inputs, cotangent }) => {
    const [m, products] = inputs as readonly [Tensor, Tensor, Tensor]
    const lambda = substituteBack(m, h.slope(value), products, cotangent)
    return [neg(outer(m, lambda, h.value(value))), undefined, lambda]
  }
  return { root: withGradient(found, [matrix, p, t], rule), residual: stopGradient(residual) }
}
