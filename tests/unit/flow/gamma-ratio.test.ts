/** log Γ(x + ½) − log Γ(x), beside values that are known in closed form. */
import { expect, it } from 'vitest'
import { logGammaRatio } from '../../../src/core/flow/gamma-ratio.ts'
import { evaluate } from '../../../src/core/ir/evaluate.ts'
import { createGraph } from '../../../src/core/ir/index.ts'
import { nd } from '../../../src/core/ir/nd.ts'

it('is right to rounding at every half of a whole number up to 50', () => {
  // Γ(1)/Γ(½) = 1/√π and Γ(3/2)/Γ(1) = √π/2; each step of 1 multiplies by (x + ½)/x.
  const [x, wanted] = [[0.5, 1], [-0.5 * Math.log(Math.PI), Math.log(Math.sqrt(Math.PI) / 2)]]
  while (x.at(-1)! < 50) {
    const at = x.at(-2)!
    x.push(at + 1)
    wanted.push(wanted.at(-2)! + Math.log((at + 0.5) / at))
  }
  const graph = createGraph()
  graph.output('ratio', logGammaRatio(graph.input('x', ['N'])))
  const { ratio } = evaluate(graph, { x: nd([x.length], x) })
  // A dozen roundings of numbers of size one; the closed forms gather as many.
  ratio!.data.forEach((value, i) => expect(Math.abs(value - wanted[i]!), `x = ${x[i]}`).toBeLessThan(1e-14))
})
