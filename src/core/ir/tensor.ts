/**
 * The vocabulary in which programs are written: one function per op, and a few compositions of them.
 * Operands may be plain numbers; element-wise functions broadcast as in numpy.
 */
import { type DType, type GradientRule, type Graph, type Tensor, constantValues } from './graph.ts'
import { type Dim, type Shape, sameShape } from './shape.ts'

export type Operand = Tensor | number

function graphOf(...operands: readonly Operand[]): Graph {
  const tensor = operands.find((operand) => typeof operand !== 'number')
  if (tensor === undefined || typeof tensor === 'number') throw new Error('at least one operand must be a tensor')
  return tensor.graph
}

function apply1(op: string, operands: readonly Operand[], dtype: DType = 'float'): Tensor {
  const graph = graphOf(...operands)
  const inputs = operands.map((operand) => (typeof operand === 'number' ? graph.constant(operand, [], dtype) : operand))
  return graph.apply(op, inputs)[0] as Tensor
}

function applyWith(op: string, inputs: readonly Tensor[], attributes: Parameters<Graph['apply']>[2]): Tensor {
  return graphOf(...inputs).apply(op, inputs, attributes)[0] as Tensor
}

const dtypeOf = (a: Operand, b: Operand): DType =>
  typeof a !== 'number' ? a.dtype : typeof b !== 'number' ? b.dtype : 'float'

// Arithmetic
export const add = (a: Operand, b: Operand): Tensor => apply1('add', [a, b], dtypeOf(a, b))
export const sub = (a: Operand, b: Operand): Tensor => apply1('sub', [a, b], dtypeOf(a, b))
export const mul = (a: Operand, b: Operand): Tensor => apply1('mul', [a, b], dtypeOf(a, b))
export const div = (a: Operand, b: Operand): Tensor => apply1('div', [a, b])
export const maximum = (a: Operand, b: Operand): Tensor => apply1('maximum', [a, b], dtypeOf(a, b))
export const minimum = (a: Operand, b: Operand): Tensor => apply1('minimum', [a, b], dtypeOf(a, b))
export const neg = (x: Tensor): Tensor => apply1('neg', [x])
export const abs = (x: Tensor): Tensor => apply1('abs', [x])
export const sign = (x: Tensor): Tensor => apply1('sign', [x])
export const reciprocal = (x: Tensor): Tensor => apply1('reciprocal', [x])
export const square = (x: Tensor): Tensor => mul(x, x)

// Transcendental
export const exp = (x: Tensor): Tensor => apply1('exp', [x])
export const log = (x: Tensor): Tensor => apply1('log', [x])
export const sqrt = (x: Tensor): Tensor => apply1('sqrt', [x])
export const tanh = (x: Tensor): Tensor => apply1('tanh', [x])
export const sigmoid = (x: Tensor): Tensor => apply1('sigmoid', [x])
/** log(1 + eˣ) in its stable form. */
export const softplus = (x: Tensor): Tensor => apply1('softplus', [x])
export const sin = (x: Tensor): Tensor => apply1('sin', [x])
export const cos = (x: Tensor): Tensor => apply1('cos', [x])
export const erf = (x: Tensor): Tensor => apply1('erf', [x])
export const relu = (x: Tensor): Tensor => apply1('relu', [x])
export const floor = (x: Tensor): Tensor => apply1('floor', [x])
/** 1 where x > 0, else 0, as a float; nothing flows back. */
export const heaviside = (x: Tensor): Tensor => apply1('heaviside', [x])

// Comparison and choice: nothing flows back through a comparison
export const less = (a: Operand, b: Operand): Tensor => apply1('less', [a, b], dtypeOf(a, b))
export const lessOrEqual = (a: Operand, b: Operand): Tensor => apply1('lessOrEqual', [a, b], dtypeOf(a, b))
export const greater = (a: Operand, b: Operand): Tensor => less(b, a)
export const greaterOrEqual = (a: Operand, b: Operand): Tensor => lessOrEqual(b, a)
export const equal = (a: Operand, b: Operand): Tensor => apply1('equal', [a, b], dtypeOf(a, b))
export const and = (a: Tensor, b: Tensor): Tensor => apply1('and', [a, b])
export const or = (a: Tensor, b: Tensor): Tensor => apply1('or', [a, b])
export const not = (a: Tensor): Tensor => apply1('not', [a])
/** Both branches are evaluated: make an unsafe branch safe before it comes here, or its gradient is NaN. */
export const where = (condition: Tensor, yes: Operand, no: Operand): Tensor => {
  const value = (operand: Operand): Tensor =>
    typeof operand === 'number' ? condition.graph.constant(operand, [], dtypeOf(yes, no)) : operand
  return condition.graph.apply('where', [condition, value(yes), value(no)])[0] as Tensor
}
export const cast = (x: Tensor, dtype: DType): Tensor => (x.dtype === dtype ? x : applyWith('cast', [x], { dtype }))

// Shape
export const reshape = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : applyWith('reshape', [x], { shape })
export const transpose = (x: Tensor, permutation: readonly number[]): Tensor => {
  const identity = permutation.length === x.shape.length && permutation.every((axis, i) => axis === i)
  return identity ? x : applyWith('transpose', [x], { permutation })
}
export const broadcastTo = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : applyWith('broadcastTo', [x], { shape })
/** Elements start … end−1 of one axis. */
export const slice = (x: Tensor, axis: number, start: number, end: number): Tensor =>
  start === 0 && x.shape[axis] === end ? x : applyWith('slice', [x], { axis, start, end })
export const concat = (parts: readonly Tensor[], axis: number): Tensor =>
  parts.length === 1 ? (parts[0] as Tensor) : applyWith('concat', parts, { axis })
/** Zeros before and after along one axis. */
export const pad = (x: Tensor, axis: number, before: number, after: number): Tensor =>
  before === 0 && after === 0 ? x : applyWith('pad', [x], { axis, before, after })
/** x at the given indices (int, any shape [I]) along one axis: that axis becomes I long. */
export const gather = (x: Tensor, indices: Tensor | readonly number[], axis: number): Tensor => {
  const index = isTensor(indices) ? indices : x.graph.constant(indices, [indices.length], 'int')
  return applyWith('gather', [x, index], { axis })
}
/** Adds the slices of x [.., I, ..] at the given indices of an axis of `size` zeros: the adjoint of gather. */
export const scatterAdd = (x: Tensor, indices: Tensor, axis: number, size: Dim): Tensor =>
  applyWith('scatterAdd', [x, indices], { axis, size })

// Reduction
export const reduceSum = (x: Tensor, axes: readonly number[], keepDims = false): Tensor =>
  axes.length === 0 ? x : applyWith('reduceSum', [x], { axes, keepDims })
export const reduceMax = (x: Tensor, axes: readonly number[], keepDims = false): Tensor =>
  applyWith('reduceMax', [x], { axes, keepDims })
/** Running sums along one axis; `exclusive` leaves out the element itself, `reverse` runs from the end. */
export const cumulativeSum = (x: Tensor, axis: number, options: { exclusive?: boolean; reverse?: boolean } = {}): Tensor =>
  applyWith('cumulativeSum', [x], { axis, exclusive: options.exclusive ?? false, reverse: options.reverse ?? false })

// Linear algebra
export const matmul = (
  a: Tensor, b: Tensor, options: { transposeA?: boolean; transposeB?: boolean } = {},
): Tensor => applyWith('matmul', [a, b], {
  transposeA: options.transposeA ?? false, transposeB: options.transposeB ?? false,
})

// Control of differentiation
export const stopGradient = (x: Tensor): Tensor => apply1('stopGradient', [x])
/**
 * `value` forward, `rule` backward: the way to differentiate a solution found by iteration, by the implicit function
 * theorem. `value` itself receives no cotangent. The rule is made of ops, so it can be differentiated again.
 */
export const withGradient = (value: Tensor, inputs: readonly Tensor[], rule: GradientRule): Tensor =>
  applyWith('withGradient', [value, ...inputs], { rule })

export interface LoopResult {
  readonly carried: readonly Tensor[]
  readonly scanned: readonly Tensor[]
}
/**
 * Runs `body` at most `count` times (an int scalar). The body's inputs are the iteration (int scalar), the carried
 * values and the captured ones; its outputs the next carried values, then one value a step to stack, whose results
 * have the leading axis `length`. A `conditional` body has a last output, a bool scalar: whether to go on.
 * The length is that of a constant count where none is given, else K; gradients stack the states to this length too.
 */
export const loop = (options: {
  readonly count: Tensor
  readonly carried: readonly Tensor[]
  readonly captured: readonly Tensor[]
  readonly body: Graph
  readonly length?: Dim
  readonly conditional?: boolean
}): LoopResult => {
  const { count, carried, captured, body } = options
  const length = options.length ?? constantValues(count)?.[0] ?? 'K'
  const outputs = count.graph.apply('loop', [count, ...carried, ...captured], {
    body, carried: carried.length, length, conditional: options.conditional ?? false,
  })
  return { carried: outputs.slice(0, carried.length), scanned: outputs.slice(carried.length) }
}

export function isTensor(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && 'graph' in value && 'node' in value
}
