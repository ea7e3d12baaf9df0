/** Every transformer of the catalogue under its laws, in float64 through the reference evaluation; and its size. */
import { describe, expect, it } from 'vitest'
import { transformers } from '../../src/core/flow/transformers/index.ts'
import { vjp } from '../../src/core/ir/autodiff.ts'
import { createGraph } from '../../src/core/ir/index.ts'
import { optimise } from '../../src/core/ir/passes/optimise.ts'
import { transformerCases } from '../support/transformer-cases.ts'
import { type Direction, directions, subjectOf } from '../support/transformer-harness.ts'
import {
  derivative, extremes, gradients, identity, increasing, roundTrip, secondOrder,
} from '../support/transformer-laws.ts'

describe.each(transformerCases)('$name', (one) => {
  const subject = subjectOf(one)
  it.each(directions)('%s and back: the point again', (direction) => roundTrip(subject, direction))
  it.each(directions)('%s: the log-derivative is that of differences', (direction) => derivative(subject, direction))
  it.each(directions)('%s: gradients of the point and of raw', (direction) => gradients(subject, direction))
  it.each(directions)('%s: gradients of gradients', (direction) => secondOrder(subject, direction))
  it.each(directions)('%s increases strictly', (direction) => increasing(subject, direction))
  it.each(directions)('%s: raw zeros are the identity', (direction) => identity(subject, direction))
  it.each(directions)('%s: finite with extreme raw values, gradients too', (direction) => extremes(subject, direction))
})

it('the cases cover the catalogue', () => {
  expect(new Set(transformerCases.map(({ kind }) => kind))).toEqual(new Set(Object.keys(transformers)))
})

/**
 * Nodes of the optimised program, constants and inputs apart, of one direction and with its gradients, for d = 1 and a
 * fixed batch. A node costs an engine about a microsecond, thousands of times a second: more of them is a regression.
 */
const MOST_NODES: Readonly<Record<string, Record<Direction, readonly [plain: number, withGradients: number]>>> = {
  additive: { normalize: [2, 3], generate: [2, 4] },
  affine: { normalize: [13, 27], generate: [14, 30] },
  'linear-spline': { normalize: [38, 61], generate: [41, 68] },
  'quadratic-spline': { normalize: [67, 134], generate: [71, 147] },
  'cubic-spline': { normalize: [82, 199], generate: [92, 203] },
  'rational-quadratic': { normalize: [76, 149], generate: [91, 165] },
  'deep-sigmoidal': { normalize: [66, 118], generate: [92, 156] },
}

describe('cost', () => {
  const table = Object.entries(MOST_NODES).flatMap(([kind, limits]) =>
    directions.map((direction) => ({ kind, direction, limits: limits[direction] })))
  it.each(table)('$kind, $direction: at most $limits nodes', ({ kind, direction, limits }) => {
    const subject = subjectOf({ kind, options: {}, bound: 3 })
    const nodes = [false, true].map((withGradients) => {
      const graph = createGraph()
      const x = graph.input('x', [256, 1])
      const raw = graph.input('raw', [256, subject.count, 1])
      const weight = graph.input('weight', [256, 1])
      const { out, logDerivative } = subject.definition[direction](x, raw, subject.options)
      graph.output('out', out)
      graph.output('log', logDerivative)
      const found = withGradients ? vjp([out, logDerivative], [weight, weight], [x, raw]) : []
      found.forEach((tensor, i) => graph.output(`g${i}`, tensor))
      return optimise(graph).nodes.filter(({ op }) => op !== 'constant' && op !== 'input').length
    })
    nodes.forEach((count, i) => expect(count).toBeLessThanOrEqual(limits[i]!))
  })
  it('covers the catalogue', () => {
    expect(Object.keys(MOST_NODES)).toEqual(Object.keys(transformers))
  })
})
