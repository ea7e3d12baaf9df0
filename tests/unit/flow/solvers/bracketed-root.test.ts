import { describe, expect, it } from 'vitest'
import {
  type RootProblem, type ScalarFunction, ROOT_RESIDUAL, bracketedRoot,
} from '../../../../src/core/flow/solvers/bracketed-root.ts'
import { vjp } from '../../../../src/core/ir/autodiff.ts'
import { evaluate } from '../../../../src/core/ir/evaluate.ts'
import type { Graph, Tensor } from '../../../../src/core/ir/graph.ts'
import { createGraph } from '../../../../src/core/ir/index.ts'
import { nd } from '../../../../src/core/ir/nd.ts'
import { optimise } from '../../../../src/core/ir/passes/optimise.ts'
import * as t from '../../../../src/core/ir/tensor.ts'
import { key, normals } from '../../../../src/core/random.ts'
import { onnxruntime } from '../../../../src/engine/runtimes/onnxruntime.ts'
import { createTfjsRuntime } from '../../../../src/engine/runtimes/tfjs/runtime.ts'
import { checkTwice } from '../../ir/support/finite-differences.ts'
import { domains, float } from '../../ir/support/functions.ts'

interface Monotone {
  readonly name: string
  readonly f: ScalarFunction
  /** The same in plain numbers; the inverse is checked through it. */
  readonly plain: (x: number) => number
  readonly targets: readonly number[]
  readonly rest?: Partial<RootProblem>
}

const tfjs = await createTfjsRuntime()
const everywhere = [0, 1e-9, -1e-9, 0.3, -0.3, 1, -1, 7, -7, 100, -100, 1e4, -1e4, 1e8, -1e8]
const functions: readonly Monotone[] = [
  { name: 'the identity', f: (x) => t.mul(x, 1), plain: (x) => x, targets: everywhere },
  {
    name: 'a line that falls', f: (x) => t.sub(2, t.mul(x, 3)), plain: (x) => 2 - 3 * x, targets: everywhere,
    rest: { increasing: false },
  },
  {
    name: 'x + x³', f: (x) => t.add(x, t.mul(x, t.square(x))), plain: (x) => x + x ** 3, targets: everywhere,
  },
  {
    name: 'a steep step', f: (x) => t.add(x, t.mul(t.tanh(t.mul(t.sub(x, 3), 200)), 5)),
    plain: (x) => x + 5 * Math.tanh(200 * (x - 3)), targets: everywhere.concat(2.9, 3, 3.1, 7.9, -1.9),
  },
  {
    name: 'a flat stretch', f: (x) => t.sub(x, t.mul(t.tanh(x), 0.999)), plain: (x) => x - 0.999 * Math.tanh(x),
    targets: everywhere,
  },
  { name: 'the exponential', f: (x) => t.exp(x), plain: Math.exp, targets: [1e-12, 1e-3, 1, 2, 1e10, 1e30] },
  {
    name: 'a logit, in the bracket (0, 1)', f: (x) => t.sub(t.log(x), t.log(t.sub(1, x))),
    plain: (x) => Math.log(x) - Math.log(1 - x), targets: [0, 0.1, -3, 5, -8, 8],
    rest: { lower: 0, upper: 1, scale: 0.1 },
  },
  {
    name: 'tanh, falling, bounded', f: (x) => t.neg(t.tanh(x)), plain: (x) => -Math.tanh(x), targets: [0, 0.5, -0.999],
    rest: { increasing: false },
  },
  {
    name: 'a cube, whose slope is 0 at its root', f: (x) => t.mul(x, t.square(x)), plain: (x) => x ** 3,
    targets: [0, 1, -8, 1e-6],
  },
]

function graphOf({ f, rest }: Pick<Monotone, 'f' | 'rest'>): Graph {
  const graph = createGraph()
  const { root, residual } = bracketedRoot({ f, target: graph.input('target', ['N']), captured: [], ...rest })
  graph.output('root', root)
  graph.output('residual', residual)
  return graph
}

function solve(graph: Graph, targets: readonly number[]): { root: Float64Array; residual: Float64Array } {
  const { root, residual } = evaluate(graph, { target: nd([targets.length], targets) })
  return { root: root!.data, residual: residual!.data }
}

describe.each(functions)('$name', ({ f, plain, targets, rest }) => {
  const graph = graphOf({ f, ...(rest === undefined ? {} : { rest }) })

  it('is solved in float64', () => {
    const { root, residual } = solve(graph, targets)
    root.forEach((x, i) => {
      const target = targets[i]!
      const slope = Math.abs(plain(x + 1e-6 * Math.max(1, Math.abs(x))) - plain(x)) / (1e-6 * Math.max(1, Math.abs(x)))
      // An ulp of x is as good as it gets: 2e-16 |x| f′ of the value.
      const allowed = 1e-12 * Math.max(1, Math.abs(target)) + 1e-15 * Math.abs(x) * slope
      expect(Math.abs(plain(x) - target), `f(${x}) for ${target}`).toBeLessThanOrEqual(allowed)
    })
    expect(Math.max(...residual)).toBeLessThan(1e-12)
  })

  it.each([['onnxruntime', onnxruntime], ['tfjs', tfjs]])('is solved in float32 by %s', async (_name, runtime) => {
    const session = await runtime.load(optimise(graph), { threads: 1 })
    const data = Float32Array.from(targets)
    const got = await session.run({ target: { dtype: 'float', shape: [targets.length], data } })
    await session.dispose()
    const { root } = solve(graph, [...data])
    Array.from(got['root']!.data, Number).forEach((x, i) => {
      const [target, wanted] = [Math.fround(targets[i]!), root[i]!]
      const byValue = Math.abs(plain(x) - target) / Math.max(1, Math.abs(target))
      const byArgument = Math.abs(x - wanted) / Math.max(1, Math.abs(wanted))
      // float32 rounds f to 6e-8 of its largest term, and x to 6e-8 of itself.
      expect(Math.min(byValue, byArgument), `${x} for ${target}, wanted ${wanted}`).toBeLessThan(1e-6)
    })
    expect(Math.max(...Array.from(got['residual']!.data, Number))).toBeLessThan(ROOT_RESIDUAL)
  })
})

describe('the root', () => {
  const cubic: ScalarFunction = (x, [a, b]) => t.add(t.mul(x, t.exp(a!)), t.mul(t.mul(x, t.square(x)), t.square(b!)))

  it('has the gradients of the implicit function theorem, twice over', () => {
    checkTwice({
      inputs: [float(['N', 2]), float([2], domains.small), float(['N', 1], domains.positive)],
      build: ([target, a, b]) => [bracketedRoot({ f: cubic, target: target!, captured: [a!, b!] }).root],
    }, { seed: 7, numRuns: 10 })
  })

  it('has them for a function that falls, and beside constants, integers and its own target', () => {
    const f: ScalarFunction = (x, [a, half, at]) => {
      const row = t.gather(a!, at!, 0)
      return t.sub(t.mul(half!, row), t.add(t.mul(x, t.exp(row)), t.tanh(x)))
    }
    checkTwice({
      inputs: [float([3], domains.small)],
      build: ([a], graph) => [bracketedRoot({
        f, target: a!, increasing: false,
        captured: [t.mul(a!, 2), graph.constant(0.5), graph.constant([2, 0, 1], [3], 'int')],
      }).root],
    }, { seed: 8, numRuns: 10 })
  })

  it('is a scalar too', () => {
    checkTwice({
      inputs: [float([]), float([], domains.small), float([], domains.positive)],
      build: ([target, a, b]) => [bracketedRoot({ f: cubic, target: target!, captured: [a!, b!] }).root],
    }, { seed: 9, numRuns: 5 })
  })

  it('can be sought in the body of another loop', () => {
    const body = createGraph()
    body.input('step', [], 'int')
    const [x, a, b] = [body.input('x', ['N']), body.input('a', []), body.input('b', [])]
    const mild: ScalarFunction = (y, [bend, shift]) => t.add(t.add(y, shift!), t.mul(t.sin(y), t.mul(bend!, 0.2)))
    body.output('next', bracketedRoot({ f: mild, target: x, captured: [a, b] }).root)
    checkTwice({
      inputs: [float(['N']), float([], domains.small), float([], domains.positive)],
      build: ([start, ...captured], graph) =>
        t.loop({ count: graph.constant(2, [], 'int'), carried: [start!], captured, body }).carried,
    }, { seed: 10, numRuns: 3 })
  })

  it('does not depend on the other elements', () => {
    const { f, plain } = functions.find(({ name }) => name === 'a flat stretch')!
    const graph = graphOf({ f })
    const targets = [...normals(key(3), 40)].map((value) => 3 * value)
    const together = solve(graph, targets).root
    targets.forEach((target, i) => {
      const [alone] = solve(graph, [target]).root
      expect(alone, `for ${target}, ${plain(alone!)}`).toBe(together[i])
    })
  })

  it('is found from a start whose rounding is larger than its distance from 0 would be', () => {
    const graph = createGraph()
    const target = graph.input('target', ['N'])
    const f: ScalarFunction = (x) => t.add(x, t.mul(t.softplus(x), -0.99))
    graph.output('root', bracketedRoot({ f, target, captured: [], lower: t.mul(t.abs(target), -100), upper: 0 }).root)
    const points = [-1e6, -1e8, -1e12]
    const { data } = evaluate(graph, { target: nd([3], points) })['root']!
    points.forEach((value, i) => expect(Math.abs(data[i]! / value - 1)).toBeLessThan(1e-12))
  })

  it('starts from a guess, and is met in few rounds', () => {
    // The same loop, ended after twelve rounds at the latest, gives the same numbers.
    const graph = createGraph()
    const target = graph.input('target', ['N'])
    const f: ScalarFunction = (x) => t.add(x, t.mul(t.sin(x), 0.9))
    const { root } = bracketedRoot({ f, target, captured: [], guess: target })
    graph.output('root', root)
    const loop = graph.nodes.find(({ op }) => op === 'loop')!
    const limited = createGraph()
    const copied = limited.input('target', ['N'])
    const ends = [-Infinity, Infinity].map((value) => t.broadcastTo(limited.constant(value), ['N']))
    const rest = [...ends, t.add(t.abs(copied), 2)]
    const none = t.less(t.broadcastTo(limited.constant(1), ['N']), 0)
    const most = limited.constant(12, [], 'int')
    const outputs = limited.apply('loop', [most, copied, ...rest, none, copied], loop.attributes)
    limited.output('x', outputs[0]!)
    const points = nd([200], [...normals(key(4), 200)].map((value) => 5 * value))
    const few = evaluate(limited, { target: points })['x']!.data
    expect([...few]).toEqual([...evaluate(graph, { target: points })['root']!.data])
  })
})

describe('what has no root', () => {
  it('is NaN where the target or the function is, and leaves the others alone', () => {
    const { root, residual } = solve(graphOf({ f: (x) => t.add(x, t.tanh(x)) }), [NaN, 1, Infinity, -Infinity])
    expect([...root].map(Number.isNaN)).toEqual([true, false, true, true])
    expect([...residual].map((value) => value > ROOT_RESIDUAL)).toEqual([true, false, true, true])
    expect(Math.max(...residual)).toBeGreaterThan(1e38)
  })

  it('shows in the residual when the target is never reached', () => {
    const { residual } = solve(graphOf({ f: t.tanh }), [0.5, 2])
    expect(residual[0]).toBeLessThan(1e-12)
    expect(residual[1]).toBeGreaterThan(0.3)
  })

  it('gives NaN gradients there, and right ones beside it', () => {
    const graph = createGraph()
    const target = graph.input('target', ['N'])
    const { root } = bracketedRoot({ f: (x) => t.mul(x, 2), target, captured: [] })
    graph.output('back', vjp([root], [t.broadcastTo(graph.constant(1), ['N'])], [target])[0] as Tensor)
    const { back } = evaluate(graph, { target: nd([2], [3, NaN]) })
    expect(back!.data[0]).toBe(0.5)
  })

  it('takes no elements at all', () => {
    expect([...solve(graphOf({ f: t.tanh }), []).root]).toEqual([])
  })
})
