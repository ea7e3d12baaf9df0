/**
 * Neal's funnel: x₁ ~ N(0, 3²), and given it every other x_d ~ N(0, eˣ¹), a variance between next to nothing and very
 * much. log Z = 0; in a box, Z = ∫ N(v; 0, 3²) Π_d [Φ(b e^{−v/2}) − Φ(a e^{−v/2})] dv, one integral for any D.
 * Source: Neal 2003, Slice sampling, Annals of Statistics 31 (3), §8.
 */
import { gaussLegendre } from '../data/special/gauss-legendre.ts'
import { LogSum } from '../data/special/log-sum.ts'
import { logNormalInterval } from '../data/special/normal-interval.ts'
import { add, exp, mul, neg, reduceSum, slice, square, sub } from '../ir/tensor.ts'
import { error } from '../issues.ts'
import { column } from './columns.ts'
import { defineTarget } from './definition.ts'
import type { Box } from './target.ts'

const DEVIATION = 3
/** Deviations of x₁ beyond which there is nothing to integrate, and the panels and nodes between. */
const REACH = 12
const PANELS = 100
const NODES = 8

function logZ({ lower: [first = 0, ...lower], upper: [last = 0, ...upper] }: Box): number {
  const [from, to] = [Math.max(first, -REACH * DEVIATION), Math.min(last, REACH * DEVIATION)]
  const half = (to - from) / PANELS / 2
  const { nodes, weights } = gaussLegendre(NODES)
  const sum = new LogSum()
  for (let i = 0; i < PANELS * NODES; i++) {
    const v = from + half * (2 * Math.floor(i / NODES) + 1 + (nodes[i % NODES] as number))
    const narrow = Math.exp(-v / 2)
    const inside = lower.map((low, d) => logNormalInterval(low * narrow, (upper[d] as number) * narrow))
    const own = -0.5 * (v / DEVIATION) ** 2 - Math.log(DEVIATION) - 0.5 * Math.log(2 * Math.PI)
    sum.add(half * (weights[i % NODES] as number), inside.reduce((total, value) => total + value, own))
  }
  return sum.log()
}

export const funnel = defineTarget({
  kind: 'funnel',
  title: 'Funnel',
  options: {},
  argument: 'none',
  check: ({ dimension }) => dimension >= 2 ? [] : [error('target-dimension', 'the funnel takes 2 or more dimensions, the design has 1', {
    fix: 'make a design for it with `flowsmith new TEMPLATE --dim 2 --out DESIGN.json`',
  })],
  logDensity({ dimension }, x) {
    const v = column(x, 1)
    const others = reduceSum(square(slice(x, 1, 1, dimension)), [1])
    const constant = -0.5 * dimension * Math.log(2 * Math.PI) - Math.log(DEVIATION)
    const given = add(mul(others, exp(neg(v))), mul(v, dimension - 1))
    return sub(constant, mul(add(mul(square(v), 1 / DEVIATION ** 2), given), 0.5))
  },
  logZ: ({ box }) => (box === undefined ? 0 : logZ(box)),
  docs: {
    summary: 'The first dimension decides the scale of all others, over many orders of magnitude.',
    latex: 'p(x) = \\mathcal N(x_1;\\, 0, 3^2) \\prod_{d>1} \\mathcal N(x_d;\\, 0, e^{x_1})',
    source: 'Neal 2003, Slice sampling, §8',
  },
})
