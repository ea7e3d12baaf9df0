/** Expressions: what they come to, what is refused and where, and that nothing else ever comes out. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gradient } from '../../../src/core/ir/autodiff.ts'
import { evaluate } from '../../../src/core/ir/evaluate.ts'
import { createGraph } from '../../../src/core/ir/index.ts'
import { nd } from '../../../src/core/ir/nd.ts'
import { reduceSum } from '../../../src/core/ir/tensor.ts'
import { buildExpression } from '../../../src/core/targets/expression/build.ts'
import { parseExpression } from '../../../src/core/targets/expression/parse.ts'
import { pointwise } from '../../../src/core/targets/pointwise.ts'
import { onlyIssue, valueOf } from '../data/results.ts'

/** The value at one point. */
function at(text: string, ...point: number[]): number {
  const expression = valueOf(parseExpression(text, point.length))
  return pointwise((x) => buildExpression(expression, x), point.length)(Float64Array.from(point))[0]!
}

describe('values', () => {
  it.each<[string, number[], number]>([
    ['x1 + 2*x2', [3, 4], 11],
    ['x1 - x2 - 1', [3, 4], -2],
    ['x1/x2/2', [3, 4], 0.375],
    ['-x1^2', [3], -9],
    ['(-x1)^2', [3], 9],
    ['x1^-2', [2], 0.25],
    ['2^x1', [3], 8],
    ['2^3^2 + 0*x1', [1], 512],
    ['x1^3', [-2], -8],
    ['x1^0', [-2], 1],
    ['x1^0.5 + x1^(1/2)', [4], 4],
    ['x1^1.5', [4], 8],
    ['x1^x2', [2, 5], 32],
    ['x1**2', [3], 9],
    ['--x1 + +x1', [3], 6],
    ['exp(x1) + log(x2) + ln(x2)', [1, Math.E], Math.E + 2],
    ['sqrt(x1) + abs(x2)', [9, -2], 5],
    ['sin(x1)^2 + cos(x1)^2', [0.7], 1],
    ['tanh(x1) + sigmoid(x2)', [0.5, 0], Math.tanh(0.5) + 0.5],
    ['softplus(x1) + relu(x2)', [0, -3], Math.log(2)],
    ['erf(x1)', [0.5], 0.5204998778130465],
    ['min(x1, x2, 1) + max(x1, x2)', [3, -2], 1],
    ['logsumexp(x1, x2)', [1000, 1000], 1000 + Math.log(2)],
    ['pi*x1 + e*0 + π*0', [2], 2 * Math.PI],
    ['x₁² − 2·x₂ × x_1 ÷ X2', [3, 4], 3],
    ['x1²³', [1.1], 1.1 ** 23],
    ['.5*x1 + 2.*x1 + 1e-2*x1 + 1E2', [1], 102.51],
    [' \tx1\n+\n1 ', [1], 2],
    ['7', [1], 7],
    ['-(x1 - 1)', [3], -2],
    ['x1^64', [1.01], 1.01 ** 64],
  ])('%s', (text, point, value) => {
    expect(at(text, ...point)).toBeCloseTo(value, 12)
  })

  it('broadcasts a constant over the points', () => {
    const expression = valueOf(parseExpression('1/3', 2))
    expect([...pointwise((x) => buildExpression(expression, x), 2)(new Float64Array(6))]).toEqual([1 / 3, 1 / 3, 1 / 3])
  })

  it('has the slopes of the function', () => {
    const text = '-x1^2/2 + sin(x1*x2)^3 - exp(-x2) + log(1 + x1^2)^0.5 + max(x1, x2)'
    const graph = createGraph()
    const x = graph.input('x', [1, 2])
    const value = buildExpression(valueOf(parseExpression(text, 2)), x)
    graph.output('slope', gradient(reduceSum(value, [0]), [x])[0]!)
    const point = [0.7, -0.4]
    const slope = evaluate(graph, { x: nd([1, 2], point) })['slope']!.data
    const h = 1e-6
    for (const d of [0, 1]) {
      const moved = (by: number): number => at(text, ...point.map((value, i) => (i === d ? value + by : value)))
      expect(slope[d]).toBeCloseTo((moved(h) - moved(-h)) / (2 * h), 7)
    }
  })
})

describe('mistakes', () => {
  it.each<[string, string, number]>([
    ['x1 + siin(x2)', "unknown name 'siin' at column 6: did you mean sin?", 6],
    ['x', "unknown name 'x' at column 1: did you mean x1?", 1],
    ['y1', "unknown name 'y1' at column 1: did you mean x1?", 1],
    ['quux', "unknown name 'quux' at column 1", 1],
    ['x3 + x1', 'x3 is beyond the 2 dimensions of the design at column 1: there are x1 … x2', 1],
    ['x0', 'x0 is beyond the 2 dimensions of the design at column 1: there are x1 … x2', 1],
    ['2x1', "an operator is missing before 'x1' at column 2", 2],
    ['x1 x2', "an operator is missing before 'x2' at column 4", 4],
    ['(x1 2)', "an operator is missing before '2' at column 5", 5],
    ['x1 +', 'expected a number, a variable or a function, got the end at column 5', 5],
    ['x1 * / x2', "expected a number, a variable or a function, got '/' at column 6", 6],
    ['(x1 + x2', 'a bracket is not closed at column 1', 1],
    ['x1)', 'a bracket is closed that was not opened at column 3', 3],
    ['x1, x2', 'a comma stands outside of a function at column 3', 3],
    ['sin', "the function 'sin' has no argument at column 1", 1],
    ['sin x1', "the function 'sin' has no argument at column 1", 1],
    ['sin(x1, x2)', "'sin' takes 1 argument, got 2 at column 1", 1],
    ['min(x1)', "'min' takes 2 … 64 arguments, got 1 at column 1", 1],
    ['x1 = 3', "'=' has no meaning here at column 4", 4],
    ['x1; alert(1)', "';' has no meaning here at column 3", 3],
    ['constructor', "unknown name 'constructor' at column 1", 1],
    ['__proto__(x1)', "unknown name '__proto__' at column 1", 1],
    ['1e999*x1', 'the number 1e999 is too large at column 1', 1],
    ['😀 + siin(x1)', "'😀' has no meaning here at column 1", 1],
  ])('%s', (text, message, column) => {
    const issue = onlyIssue(parseExpression(text, 2))
    expect(issue.message.split('\n')[0]).toBe(message)
    expect(issue.at).toBe(`expression, column ${column}`)
    expect(issue.fix).toBeTruthy()
  })

  it('puts carets under the place', () => {
    expect(onlyIssue(parseExpression('x1 + siin(x2)', 2)).message.split('\n').slice(1)).toEqual([
      '  x1 + siin(x2)',
      '       ^^^^',
    ])
  })

  it('shows the neighbourhood of a place in a long text, on one line', () => {
    const text = `${'x1 +\n'.repeat(40)}siin(x2)${' + x1'.repeat(40)}`
    const [, shown = '', carets = ''] = onlyIssue(parseExpression(text, 2)).message.split('\n')
    expect(shown.length).toBeLessThan(90)
    expect(shown.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('siin')
  })

  it('refuses nothing, too much, and too deep', () => {
    expect(onlyIssue(parseExpression(' ', 2)).code).toBe('expression-empty')
    expect(onlyIssue(parseExpression('x1+'.repeat(2000), 2)).code).toBe('expression-length')
    expect(onlyIssue(parseExpression(`${'('.repeat(150)}x1${')'.repeat(150)}`, 2)).code).toBe('expression-depth')
    expect(onlyIssue(parseExpression('-'.repeat(3000), 2)).code).toBe('expression-depth')
  })

  it('takes the longest text that is flat', () => {
    expect(at(`x1${'+1'.repeat(1990)}`, 0)).toBe(1990)
  })
})

describe('whatever is typed', () => {
  const words = fc.constantFrom(
    'x1', 'x2', 'x₁', 'sin', 'min', 'e', 'π', '(', ')', ',', '+', '-', '*', '/', '^', '²', '1', '.5', '1e3', ' ', '\n', '😀', '"', '`', '${x}')

  it('comes to a tree that builds, or to one issue with a place', () => {
    fc.assert(fc.property(fc.oneof(fc.array(words, { maxLength: 14 }).map((list) => list.join('')), fc.string({ maxLength: 30, unit: 'binary' })), (text) => {
      const parsed = parseExpression(text, 2)
      if (!parsed.ok) {
        expect(parsed.issues).toHaveLength(1)
        expect(parsed.issues[0]!.at).toMatch(/^expression/)
        return
      }
      const values = pointwise((x) => buildExpression(parsed.value, x), 2)(Float64Array.of(0.3, -1.2, 2, 5))
      expect(values).toHaveLength(2)
    }), { seed: 11, numRuns: 700 })
  })

  it('means what JavaScript means by it, for sums, products and powers of numbers', () => {
    const tree: fc.Arbitrary<{ text: string; value: number }> = fc.letrec<{ e: { text: string; value: number } }>((tie) => ({
      e: fc.oneof(
        { maxDepth: 4 },
        fc.integer({ min: 1, max: 9 }).map((n) => ({ text: String(n), value: n })),
        fc.tuple(tie('e'), fc.constantFrom('+', '-', '*', '/'), tie('e')).map(([a, operator, b]) => ({
          text: `(${a.text})${operator}(${b.text})`,
          value: operator === '+' ? a.value + b.value : operator === '-' ? a.value - b.value : operator === '*' ? a.value * b.value : a.value / b.value,
        })),
      ),
    })).e
    fc.assert(fc.property(tree, ({ text, value }) => {
      fc.pre(Number.isFinite(value))
      expect(at(`${text} + 0*x1`, 1)).toBeCloseTo(value, 6)
    }), { seed: 5, numRuns: 100 })
  })
})
