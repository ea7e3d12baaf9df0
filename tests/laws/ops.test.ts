/**
 * The laws of every op in the catalogue: its gradient and the gradient of its gradient are those of its values, its
 * shape rule says what it evaluates to, and inputs that it cannot take are refused in its name.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DType } from '../../src/core/ir/graph.ts'
import { createGraph } from '../../src/core/ir/index.ts'
import { ops } from '../../src/core/ir/ops/index.ts'
import { bindShape } from '../../src/core/ir/shape.ts'
import { verify } from '../../src/core/ir/verify.ts'
import { catalogueLaws } from '../unit/ir/support/catalogue-laws.ts'
import { checkTwice } from '../unit/ir/support/finite-differences.ts'
import { compile, samples, vjpOf } from '../unit/ir/support/functions.ts'
import type { Case } from '../unit/ir/support/op-laws.ts'

const runs = { seed: 20161114, numRuns: 6 }

function checkShapes(f: Case): void {
  const { outputs, run } = compile(f)
  fc.assert(fc.property(samples(f.inputs), ({ values, bindings }) => {
    run(values).forEach((value, i) => {
      const shape = bindShape(outputs[i]!.shape, bindings)
      expect(value.shape).toEqual(shape)
      expect(value.data.length).toBe(shape.reduce((product, dim) => product * dim, 1))
    })
  }), runs)
}

function checkGradients(f: Case): void {
  const hasFloat = (list: readonly { readonly dtype: DType }[]): boolean => list.some(({ dtype }) => dtype === 'float')
  // There is nothing to differentiate in ints and truth values.
  if (hasFloat(f.inputs) && hasFloat(compile(f).outputs)) checkTwice(f, runs)
}

function checkNothingFlows(f: Case): void {
  const back = vjpOf(f)
  const { run } = compile(back)
  fc.assert(fc.property(samples(back.inputs), ({ values }) => {
    for (const { data } of run(values)) expect(data.every((value) => value === 0)).toBe(true)
  }), runs)
}

describe.each(Object.entries(catalogueLaws))('%s', (name, { cases, refused }) => {
  it('has a definition under its own name', () => {
    expect(ops[name as keyof typeof ops].name).toBe(name)
  })

  describe.each(cases.map((f) => [f.title, f] as const))('%s', (_title, f) => {
    it('is what the case uses', () => {
      const { graph } = compile(f)
      expect(graph.nodes.some((node) => node.op === name)).toBe(true)
      verify(graph, name)
    })
    it('evaluates to the shape that its rule says', () => checkShapes(f))
    if (f.gradient === 'none') it('lets nothing flow back', () => checkNothingFlows(f))
    else it('has the gradient, and the second gradient, of its values', () => checkGradients(f))
  })

  it.each(Object.entries(refused))('refuses %s', (_what, use) => {
    expect(() => use(createGraph())).toThrow(new RegExp(`^${name}\\b|^input '.*' is declared twice`))
  })
})
