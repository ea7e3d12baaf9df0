/** Transpositions that cost nothing disappear; those that something else needs stay. */
import { describe, expect, it } from 'vitest'
import type { Graph, Tensor } from '../../../src/core/ir/graph.ts'
import * as t from '../../../src/core/ir/tensor.ts'
import { type Build, opsLeft } from './support/simplified.ts'

const x = (g: Graph): Tensor => g.inputs.find(({ name }) => name === 'x')?.tensor ?? g.input('x', ['N', 3])
const weight = (g: Graph, columns = 6): Tensor => g.input(`weight${columns}`, [3, columns])
const bias = (g: Graph, columns = 6): Tensor => g.input(`bias${columns}`, [columns])
const product = (g: Graph, columns = 6): Tensor => t.matmul(x(g), weight(g, columns))
const affine = (g: Graph, columns = 6): Tensor => t.add(product(g, columns), bias(g, columns))
const cube = (g: Graph): Tensor => g.input('cube', [2, 3, 'N'])

describe('goes:', () => {
  const cases: Readonly<Record<string, readonly [Build, readonly string[]]>> = {
    'twice the same': [(g) => t.transpose(t.transpose(x(g), [1, 0]), [1, 0]), []],
    'one after the other': [(g) => t.transpose(t.transpose(cube(g), [2, 0, 1]), [2, 0, 1]), ['transpose']],
    'of a product': [(g) => t.transpose(product(g), [1, 0]), ['matmul']],
    'of a product of transposed matrices': [
      (g) => t.transpose(t.matmul(weight(g), x(g), { transposeA: true, transposeB: true }), [1, 0]), ['matmul']],
    'of a product and a bias': [(g) => t.transpose(affine(g), [1, 0]), ['matmul', 'reshape', 'add']],
    'of a bias and a product': [
      (g) => t.transpose(t.add(t.reshape(bias(g), [1, 6]), product(g)), [1, 0]), ['reshape', 'matmul', 'reshape', 'add']],
    'of a product in parts': [(g) => t.transpose(t.reshape(product(g), ['N', 2, 3]), [1, 2, 0]), ['matmul', 'reshape']],
    'of products side by side': [
      (g) => t.transpose(t.concat([t.reshape(product(g), ['N', 2, 3]), t.reshape(product(g, 2), ['N', 2, 1])], 2), [1, 2, 0]),
      ['matmul', 'reshape', 'matmul', 'reshape', 'concat']],
    'of columns of a product': [
      (g) => t.transpose(t.gather(product(g), [2, 0, 5], 1), [1, 0]), ['matmul', 'gather']],
    'before a product': [(g) => t.matmul(t.transpose(weight(g), [1, 0]), x(g), { transposeB: true }), ['matmul']],
    'before both sides of a product': [
      (g) => t.matmul(t.transpose(weight(g), [1, 0]), t.transpose(x(g), [1, 0])), ['matmul']],
    'before a window and a product': [
      (g) => t.matmul(t.slice(t.transpose(weight(g), [1, 0]), 0, 1, 4), x(g), { transposeB: true }), ['slice', 'matmul']],
    'before a flattening and a product': [
      (g) => t.matmul(t.reshape(t.transpose(cube(g), [2, 0, 1]), ['N', 6]), weight(g), { transposeB: true }),
      ['reshape', 'matmul']],
    'before a sum of all others': [(g) => t.reduceSum(t.transpose(cube(g), [2, 0, 1]), [0, 2]), ['reduceSum']],
  }
  for (const [name, [build, left]] of Object.entries(cases)) {
    it(name, () => expect(opsLeft(build)).toEqual(left))
  }
})

describe('stays:', () => {
  const cases: Readonly<Record<string, readonly [Build, readonly string[]]>> = {
    'of an input': [(g) => t.transpose(x(g), [1, 0]), ['transpose']],
    'of a product and a column': [
      (g) => t.transpose(t.add(product(g), g.input('column', ['N', 1])), [1, 0]), ['matmul', 'add', 'transpose']],
    'before a sum that keeps its axes': [
      (g) => t.exp(t.reduceSum(t.transpose(cube(g), [2, 0, 1]), [0], true)), ['transpose', 'reduceSum', 'exp']],
    'of a stack of products': [
      (g) => t.transpose(t.matmul(g.input('left', [4, 2, 3]), g.input('right', [4, 3, 5])), [0, 2, 1]),
      ['matmul', 'transpose']],
  }
  for (const [name, [build, left]] of Object.entries(cases)) {
    it(name, () => expect(opsLeft(build)).toEqual(left))
  }

  it('of a product that is needed twice: it is not computed twice', () => {
    const left = opsLeft((g) => {
      const y = product(g)
      return t.add(t.reduceSum(t.exp(t.transpose(y, [1, 0])), [0]), t.reduceSum(y, [1]))
    })
    expect(left.filter((op) => op === 'matmul')).toHaveLength(1)
    expect(left).toContain('transpose')
  })
})
