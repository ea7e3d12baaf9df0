/**
 * Element-wise root of a strictly monotone scalar function: x with f(x; θ) = target, for tensors of any shape, when
 * there is no closed form. One conditional loop for all elements; each of them stops by itself, so that what it gives
 * does not depend on the others.
 *
 * A round is a Newton step x − r/f′, with r = f(x) − target, guarded by the bracket that the signs of r have left:
 *  - it is taken while it is at most half of the step before, so that steps shrink geometrically at least;
 *  - else four times of it is, at most eight times the step before: beyond the root, which makes the bracket close (or,
 *    while a side of it is not known yet, makes it grow);
 *  - else, where that leaves the bracket, the bracket is halved.
 * An element has converged where f meets the target, or when two steps in a row were below 1e-6 of max(scale, |x|).
 * Newton steps square the error: the second one leaves it at the rounding of f, in float64 (1e-12) as in float32, for
 * an f that is smooth over such lengths.
 *
 * Gradients by the implicit function theorem: dx/dtarget = 1/f′, dx/dθ = −(∂f/∂θ)/f′; they can be differentiated again.
 * Sources: Brent 1973, Algorithms for Minimization without Derivatives, ch. 4; Press et al. 2007, Numerical Recipes,
 * §9.4.
 */
import { vjp } from '../../ir/autodiff.ts'
import { full } from '../../ir/compositions.ts'
import { type GradientRule, type Tensor, Graph } from '../../ir/graph.ts'
import {
  type Operand, abs, add, and, broadcastTo, cast, div, equal, less, lessOrEqual, loop, maximum, mul, neg, not, or,
  reduceSum, stopGradient, sub, where, withGradient,
} from '../../ir/tensor.ts'

/**
 * Appends f(x; captured), of the shape of x, to the graph of x. Element i may depend on x_i alone. Only its arguments
 * and constants of `x.graph` may be used: it is built in the body of the loop, and again outside.
 */
export type ScalarFunction = (x: Tensor, captured: readonly Tensor[]) => Tensor

export interface RootProblem {
  readonly f: ScalarFunction
  /** f′. By reverse mode through f where left out: what a closed form shares with f is computed once. */
  readonly slope?: ScalarFunction
  /** Any shape, which is that of x. */
  readonly target: Tensor
  /** θ: what else f takes, any shapes and types. No tensor twice. Floats that are no constants get gradients. */
  readonly captured: readonly Tensor[]
  /** Whether f increases (left out) or decreases. */
  readonly increasing?: boolean
  /** Where to start; broadcasts to the target. Where left out, the middle of the bracket given, or 0. */
  readonly guess?: Operand
  /** A bracket, if one is known: f(lower) ≤ target ≤ f(upper) for an increasing f. */
  readonly lower?: Operand
  readonly upper?: Operand
  /** Unit of x: the first step, and the size below which errors are absolute. 1 where left out. */
  readonly scale?: number
}

export interface Root {
  /** NaN where f or the target is. */
  readonly root: Tensor
  /**
   * How far from solved, in the shape of the root: |f(x) − target| / max(1, |target|) or the Newton step relative to
   * max(scale, |x|), whichever is smaller, since a steep f cannot be met closer than x is rounded. Above
   * `ROOT_RESIDUAL` the element has not converged; 3.4e38 stands for NaN, so that maxima see it. Nothing flows back.
   */
  readonly residual: Tensor
}

/** Below it a root is one, in float32 as in float64. */
export const ROOT_RESIDUAL = 1e-5
/** Of two steps in a row, relative. */
const STEP = 1e-6
/** Rounds; some ten are usual, and halving the range of float32 down to STEP takes 150. */
const MOST_ROUNDS = 200
/** Stands for infinity and NaN where a number must be comparable on every engine. */
const LARGEST = 3.4e38

/** f and its derivative at x. */
function valueAndSlope({ f, slope }: RootProblem, x: Tensor, captured: readonly Tensor[]): readonly [Tensor, Tensor] {
  const value = f(x, captured)
  return [value, slope?.(x, captured) ?? vjp([value], [full(x.graph, 1, x.shape)], [x])[0] as Tensor]
}

/** One round; `last` is the size of the step before. Carried: x, lower, upper, last, done. */
function roundBody(problem: RootProblem): Graph {
  const { target, captured, increasing = true, scale = 1 } = problem
  const body = new Graph(target.graph.ops)
  body.input('round', [], 'int')
  const declare = (name: string): Tensor => body.input(name, target.shape)
  const [x, lower, upper, last] = [declare('x'), declare('lower'), declare('upper'), declare('last')]
  const done = body.input('done', target.shape, 'bool')
  const wanted = declare('target')
  const inner = captured.map(({ shape, dtype }, i) => body.input(`captured${i}`, shape, dtype))

  const [value, slope] = valueAndSlope(problem, x, inner)
  const rest = sub(value, wanted)
  const ahead = increasing ? less(rest, 0) : less(0, rest)
  const [low, high] = [where(ahead, x, lower), where(ahead, upper, x)]
  const newton = neg(div(rest, slope))
  const size = abs(newton)
  const small = mul(maximum(abs(x), scale), STEP)
  const shrinks = or(lessOrEqual(size, mul(last, 0.5)), lessOrEqual(size, small))
  // Written so that a step that is not a number counts as too long.
  const [four, most] = [mul(size, 4), mul(last, 8)]
  const length = where(less(four, most), four, most)
  const beyond = add(x, where(ahead, length, neg(length)))
  const tried = where(shrinks, add(x, newton), beyond)
  const inside = and(lessOrEqual(low, tried), lessOrEqual(tried, high))
  const bracketed = less(sub(high, low), Infinity)
  const next = where(inside, tried, where(bracketed, mul(add(low, high), 0.5), beyond))
  const step = abs(sub(next, x))
  const settled = and(lessOrEqual(step, small), lessOrEqual(last, small))
  const hit = or(done, equal(rest, 0))
  const finished = or(hit, or(settled, not(lessOrEqual(abs(rest), Infinity))))

  body.output('x', where(hit, x, next))
  body.output('lower', low)
  body.output('upper', high)
  body.output('last', step)
  body.output('done', finished)
  const open = cast(not(finished), 'float')
  body.output('more', less(0, reduceSum(open, open.shape.map((_, axis) => axis))))
  return body
}

function startOf({ target, guess, lower, upper }: RootProblem): Operand {
  if (guess !== undefined) return guess
  return lower === undefined || upper === undefined ? 0 : mul(add(filled(lower, target), filled(upper, target)), 0.5)
}

/**
 * Stands for the step before the first: not small beside the start, or that would count as one step of convergence.
 * `width` is that of the bracket.
 */
function reachOf({ lower, upper, guess, scale = 1, target }: RootProblem, start: Tensor, width: Tensor): Tensor {
  if (lower !== undefined && upper !== undefined) return width
  const known = typeof guess === 'number' ? Math.abs(guess) : guess === undefined ? 0 : undefined
  return known === undefined ? add(abs(start), 2 * scale) : filled(2 * Math.max(known, scale), target)
}

const filled = (value: Operand, { graph, shape }: Tensor): Tensor =>
  typeof value === 'number' ? full(graph, value, shape) : broadcastTo(value, shape)

/** The tensors that a cotangent can be for. */
const isVariable = (tensor: Tensor): boolean => tensor.dtype === 'float' && tensor.node.op !== 'constant'

function implicitGradient(problem: RootProblem): GradientRule {
  return ({ value: x, inputs: [, ...captured], cotangent }) => {
    const [value, slope] = valueAndSlope(problem, x, captured)
    const ofTarget = div(cotangent, slope)
    const variables = captured.filter(isVariable)
    // x is named among the variables so that nothing flows through it a second time.
    const found = variables.length > 0 ? vjp([value], [neg(ofTarget)], [x, ...variables]).slice(1) : []
    return [ofTarget, ...captured.map((tensor) => (isVariable(tensor) ? found[variables.indexOf(tensor)] : undefined))]
  }
}

export function bracketedRoot(problem: RootProblem): Root {
  const { target, captured, scale = 1 } = problem
  const { graph } = target
  const [start, lower, upper] = [startOf(problem), problem.lower ?? -Infinity, problem.upper ?? Infinity]
    .map((value) => filled(value, target)) as [Tensor, Tensor, Tensor]
  const result = loop({
    count: graph.constant(MOST_ROUNDS, [], 'int'),
    carried: [
      start, lower, upper, reachOf(problem, start, sub(upper, lower)), less(full(graph, 1, target.shape), 0),
    ],
    captured: [target, ...captured],
    body: roundBody(problem),
    conditional: true,
  })
  const found = result.carried[0] as Tensor
  const [value, slope] = valueAndSlope(problem, found, captured)
  const rest = abs(sub(value, target))
  const known = lessOrEqual(rest, LARGEST)
  const steepness = mul(abs(slope), maximum(abs(found), scale))
  const residual = div(rest, maximum(maximum(abs(target), 1), steepness))
  const solved = where(known, found, NaN)
  return {
    root: withGradient(solved, [target, ...captured], implicitGradient(problem)),
    residual: stopGradient(where(and(known, lessOrEqual(residual, LARGEST)), residual, LARGEST)),
  }
}
