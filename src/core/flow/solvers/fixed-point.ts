/**
 * Fixed point of a contraction, row by row: x with x = f(x; θ), for x [N, D], by Banach's iteration x ← f(x). One
 * conditional loop for all rows; each stops by itself, so that what it gives does not depend on the others.
 *
 * With a Lipschitz constant c < 1 the step |f(x) − x| shrinks by c at least in every round, and |x − x*| ≤ |f(x) − x| / (1 − c).
 * A row has converged when its step is below 1e-13 of its unit (scale + |start|), or when eight rounds have brought no
 * smaller step: then the rounding of f is met, in float32 as in float64.
 *
 * Gradients by the implicit function theorem: dx = (1 − ∂f/∂x)⁻¹ ∂f/∂θ dθ. The adjoint vector u = v + (∂f/∂x)ᵀ u is a fixed
 * point too, found in the same way, so that gradients can be differentiated again.
 * Sources: Behrmann et al. 2019, Invertible Residual Networks, alg. 1; Bai, Kolter & Koltun 2019, Deep Equilibrium
 * Models, theorem 1.
 */
import { vjp } from '../../ir/autodiff.ts'
import { full } from '../../ir/compositions.ts'
import { type GradientRule, type Tensor, Graph } from '../../ir/graph.ts'
import {
  add, cast, div, less, lessOrEqual, loop, minimum, not, or, reduceSum, reshape, sqrt, square, stopGradient, sub, where,
  withGradient,
} from '../../ir/tensor.ts'

/**
 * Appends f(x; captured), [N, D], to the graph of x. Row i may depend on row i of x alone. Only its arguments and
 * constants of `x.graph` may be used: it is built in the body of the loop, and again outside.
 */
export type Contraction = (x: Tensor, captured: readonly Tensor[]) => Tensor

export interface FixedPointProblem {
  readonly f: Contraction
  /** Where to start, [N, D]. Nothing flows back into it. */
  readonly start: Tensor
  /** θ: what else f takes, any shapes. No tensor twice. Floats that are no constants get gradients. */
  readonly captured: readonly Tensor[]
  /** Unit of x: steps are relative to scale + |start|. 1 where left out. */
  readonly scale?: number
  /** Most rounds; 1000 where left out. */
  readonly rounds?: number
}

export interface FixedPoint {
  readonly point: Tensor
  /**
   * |f(x) − x| in units of scale + |start|, [N]. 3.4e38 stands for NaN, so that maxima see it. Nothing flows back.
   */
  readonly residual: Tensor
}

const MOST_ROUNDS = 1000
/** Relative to the unit of a row; float32 stops at its rounding before. */
const STEP = 1e-13
/** Rounds without a smaller step that end the iteration of a row. */
const PATIENCE = 8
/** Stands for infinity and NaN where a number must be comparable on every engine. */
const LARGEST = 3.4e38

/** Euclidean length of each row, [N]. */
const lengths = (x: Tensor): Tensor => sqrt(reduceSum(square(x), [1]))

/** A number of each row beside all of its elements: [N] → [N, 1]. */
const beside = (row: Tensor): Tensor => reshape(row, [...row.shape, 1])

/** One round. Carried: x, the smallest step so far, rounds since it was met, done. */
function roundBody({ f, start, captured }: FixedPointProblem): Graph {
  const body = new Graph(start.graph.ops)
  const rows = start.shape.slice(0, 1)
  body.input('round', [], 'int')
  const x = body.input('x', start.shape)
  const [smallest, stale] = [body.input('smallest', rows), body.input('stale', rows)]
  const done = body.input('done', rows, 'bool')
  const unit = body.input('unit', rows)
  const inner = captured.map(({ shape, dtype }, i) => body.input(`captured${i}`, shape, dtype))

  const next = f(x, inner)
  const step = div(lengths(sub(next, x)), unit)
  const waited = where(less(step, smallest), 0, add(stale, 1))
  // Written so that a step that is not a number ends the iteration.
  const goesOn = less(STEP, step)
  const finished = or(done, or(not(goesOn), lessOrEqual(PATIENCE, waited)))
  body.output('x', where(beside(done), x, next))
  body.output('smallest', minimum(smallest, step))
  body.output('stale', waited)
  body.output('done', finished)
  body.output('more', less(0, reduceSum(cast(not(finished), 'float'), [0])))
  return body
}

/** The tensors that a cotangent can be for. */
const isVariable = (tensor: Tensor): boolean => tensor.dtype === 'float' && tensor.node.op !== 'constant'

/** (∂f/∂x)ᵀ u + v: the contraction whose fixed point is the adjoint vector. */
const adjoint = (f: Contraction): Contraction => (u, [x, v, ...captured]) =>
  add(v as Tensor, vjp([f(x as Tensor, captured)], [u], [x as Tensor])[0] as Tensor)

/** Cotangents relative to their own length; a row of zeros has a unit of its own. */
const LEAST = 1e-30

function implicitGradient(f: Contraction, rounds: number | undefined): GradientRule {
  return ({ value: x, inputs: captured, cotangent }) => {
    const { point: u } = fixedPoint({
      f: adjoint(f), start: cotangent, captured: [x, cotangent, ...captured], scale: LEAST,
      ...(rounds === undefined ? {} : { rounds }),
    })
    const variables = captured.filter(isVariable)
    // x is named among the variables so that nothing flows through it a second time.
    const found = vjp([f(x, captured)], [u], [x, ...variables]).slice(1)
    return captured.map((tensor) => (isVariable(tensor) ? found[variables.indexOf(tensor)] : undefined))
  }
}

export function fixedPoint(problem: FixedPointProblem): FixedPoint {
  const { f, start, captured, scale = 1, rounds } = problem
  const { graph } = start
  const rows = start.shape.slice(0, 1)
  const unit = add(lengths(stopGradient(start)), scale)
  const result = loop({
    count: graph.constant(rounds ?? MOST_ROUNDS, [], 'int'),
    carried: [start, full(graph, LARGEST, rows), full(graph, 0, rows), less(full(graph, 1, rows), 0)],
    captured: [unit, ...captured],
    body: roundBody(problem),
    conditional: true,
  })
  const found = result.carried[0] as Tensor
  const residual = div(lengths(sub(f(found, captured), found)), unit)
  return {
    point: withGradient(found, captured, implicitGradient(f, rounds)),
    residual: stopGradient(where(lessOrEqual(residual, LARGEST), residual, LARGEST)),
  }
}
