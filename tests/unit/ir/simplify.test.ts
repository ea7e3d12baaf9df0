/** Every identity by itself, and what looks like one and is none. */
import { describe, expect, it } from 'vitest'
import type { Graph, Tensor } from '../../../src/core/ir/graph.ts'
import * as t from '../../../src/core/ir/tensor.ts'
import { type Build, opsLeft, programOf, simplified } from './support/simplified.ts'

const declared = (g: Graph, name: string): Tensor =>
  g.inputs.find((input) => input.name === name)?.tensor ?? g.input(name, ['N', 3])
const x: Build = (g) => declared(g, 'x')
const other: Build = (g) => declared(g, 'other')
const ones: Build = (g) => g.constant([1, 1, 1], [3])
const raw = (op: string, x: Tensor, attributes: Tensor['node']['attributes']): Tensor =>
  x.graph.apply(op, [x], attributes)[0]!

describe('is simplified:', () => {
  const cases: Readonly<Record<string, readonly [Build, readonly string[]]>> = {
    'x + 0': [(g) => t.add(x(g), 0), []],
    '0 + x': [(g) => t.add(0, x(g)), []],
    'x + (−0)': [(g) => t.add(x(g), -0), []],
    'x + a row of zeros': [(g) => t.add(x(g), g.constant([0, 0, 0], [3])), []],
    'x + zeros spread out': [(g) => t.add(x(g), t.broadcastTo(g.constant(0), ['N', 3])), []],
    'n + 0, of ints': [(g) => t.add(g.input('n', [2], 'int'), 0), []],
    'x + (−z)': [(g) => t.add(x(g), t.neg(other(g))), ['sub']],
    'x − 0': [(g) => t.sub(x(g), 0), []],
    '0 − x': [(g) => t.sub(0, x(g)), ['neg']],
    'x · 1': [(g) => t.mul(x(g), 1), []],
    '1 · x': [(g) => t.mul(ones(g), x(g)), []],
    'n · 1, of ints': [(g) => t.mul(g.input('n', [2], 'int'), 1), []],
    'x · (−1)': [(g) => t.mul(x(g), -1), ['neg']],
    '−1 · x': [(g) => t.mul(-1, x(g)), ['neg']],
    '(−x) · (−z)': [(g) => t.mul(t.neg(x(g)), t.neg(other(g))), ['mul']],
    '(−x) · z': [(g) => t.mul(t.neg(x(g)), other(g)), ['mul', 'neg']],
    'x + x': [(g) => t.add(x(g), x(g)), ['mul']],
    '(−x) + z': [(g) => t.add(t.neg(x(g)), other(g)), ['sub']],
    'x − (−z)': [(g) => t.sub(x(g), t.neg(other(g))), ['add']],
    '(2x) · 3': [(g) => t.mul(t.mul(x(g), 2), 3), ['mul']],
    '(2x) · ½': [(g) => t.mul(t.mul(x(g), 2), 0.5), []],
    '−(2x)': [(g) => t.neg(t.mul(x(g), 2)), ['mul']],
    '(2x) · (½ z)': [(g) => t.mul(t.mul(x(g), 2), t.mul(other(g), 0.5)), ['mul']],
    'a slice of one part of a concatenation': [(g) => t.slice(t.concat([x(g), other(g)], 1), 1, 3, 6), []],
    'a slice inside one part': [(g) => t.slice(t.concat([x(g), other(g)], 1), 1, 4, 6), ['slice']],
    'a slice of whole parts': [
      (g) => t.slice(t.concat([x(g), other(g), t.exp(x(g))], 1), 1, 3, 9), ['exp', 'concat']],
    'a slice of a slice': [(g) => t.slice(t.slice(x(g), 1, 1, 3), 1, 1, 2), ['slice']],
    'a slice inside a padding': [(g) => t.slice(t.pad(x(g), 1, 2, 2), 1, 3, 5), ['slice']],
    'slices put together again': [
      (g) => t.concat([t.slice(x(g), 1, 0, 1), t.slice(x(g), 1, 1, 3)], 1), []],
    'a slice of a split axis, joined again': [
      (g) => t.reshape(t.slice(t.reshape(g.input('z', ['N', 6]), ['N', 2, 3]), 1, 1, 2), ['N', 3]), ['slice']],
    'parts stacked on a new axis and flattened': [
      (g) => t.reshape(t.concat([t.reshape(x(g), ['N', 1, 3]), t.reshape(other(g), ['N', 1, 3])], 1), ['N', 6]), ['concat']],
    'x / 1': [(g) => t.div(x(g), 1), []],
    '−(−x)': [(g) => t.neg(t.neg(x(g))), []],
    'five minus signs': [(g) => t.neg(t.neg(t.neg(t.neg(t.neg(x(g)))))), ['neg']],
    'x · 1 + 0, one after the other': [(g) => t.sub(t.add(t.mul(x(g), 1), 0), 0), []],
    'a reshape to the same shape': [(g) => raw('reshape', x(g), { shape: ['N', 3] }), []],
    'a reshape of a reshape': [(g) => t.reshape(t.reshape(x(g), ['N', 3, 1]), ['3N']), ['reshape']],
    'a reshape there and back': [(g) => t.reshape(t.reshape(x(g), ['3N']), ['N', 3]), []],
    'a broadcast to the same shape': [(g) => raw('broadcastTo', x(g), { shape: ['N', 3] }), []],
    'a sum over an axis of one element': [(g) => t.reduceSum(g.input('z', ['N', 1]), [1]), ['reshape']],
    'a sum over an axis of one element, kept': [(g) => t.reduceSum(g.input('z', ['N', 1]), [1], true), []],
    'a sum over an axis of one element, beside two symbols': [
      (g) => t.reduceSum(g.input('z', ['K', 'N', 1]), [2]), ['reshape']],
    'a choice between x and x': [(g) => t.where(g.input('c', ['N', 1], 'bool'), x(g), x(g)), []],
    'x + a row spread out': [(g) => t.add(x(g), t.broadcastTo(g.input('row', [3]), ['N', 3])), ['add']],
    'two neighbouring windows': [(g) => t.add(t.pad(x(g), 1, 1, 4), t.pad(other(g), 1, 4, 1)), ['concat', 'pad']],
    'two neighbouring windows, the later one first': [
      (g) => t.add(t.pad(x(g), 1, 3, 0), t.pad(other(g), 1, 0, 3)), ['concat']],
    'a choice between spread out scalars': [
      (g) => {
        const spread = (s: Tensor): Tensor => t.broadcastTo(s, ['N', 3])
        return t.where(t.less(x(g), 0), spread(g.constant(2)), spread(g.input('s', [])))
      }, ['less', 'where']],
  }
  it.each(Object.entries(cases))('%s', (_what, [build, expected]) => {
    expect(opsLeft(build)).toEqual(expected)
  })

  it('a constant row of one value becomes a scalar', () => {
    const after = simplified(programOf((g) => t.mul(x(g), g.constant([2, 2, 2], [3]))))
    expect(after.nodes.map(({ op, outputs }) => [op, ...outputs[0]!.shape]))
      .toEqual([['input', 'N', 3], ['constant'], ['mul', 'N', 3]])
  })
})

describe('is left as it is:', () => {
  const cases: Readonly<Record<string, readonly [Build, readonly string[]]>> = {
    'a scalar + a row of zeros, which spreads it': [
      (g) => t.add(g.input('s', []), g.constant([0, 0, 0], [3])), ['add']],
    'a scalar · a row of ones': [(g) => t.mul(g.input('s', []), ones(g)), ['mul']],
    'a scalar / a row of ones': [(g) => t.div(g.input('s', []), ones(g)), ['div']],
    'a row · −1 in a larger shape': [(g) => t.mul(g.input('row', [3]), g.constant([-1, -1], [2, 1])), ['mul']],
    'a row of zeros − a scalar': [(g) => t.sub(g.constant([0, 0, 0], [3]), g.input('s', [])), ['sub']],
    '1 − x': [(g) => t.sub(1, x(g)), ['sub']],
    '1 / x': [(g) => t.div(1, x(g)), ['div']],
    'x + 1': [(g) => t.add(x(g), 1), ['add']],
    'x · 0, for x may be NaN': [(g) => t.mul(x(g), 0), ['mul']],
    'x − x, for x may be infinite': [(g) => t.sub(x(g), x(g)), ['sub']],
    'ones with one other number': [(g) => t.mul(x(g), g.constant([1, 1, 2], [3])), ['mul']],
    '0 − n, of ints, which have no neg': [(g) => t.sub(0, g.input('n', [2], 'int')), ['sub']],
    'n · (−1), of ints': [(g) => t.mul(g.input('n', [2], 'int'), -1), ['mul']],
    'a negation that something else takes too': [
      (g) => {
        const negated = t.neg(x(g))
        return t.mul(t.mul(negated, other(g)), t.exp(negated))
      }, ['neg', 'mul', 'exp', 'mul']],
    'a factor that is too large to be gathered': [(g) => t.mul(t.mul(x(g), 1e20), 1e20), ['mul', 'mul']],
    'a slice over parts of two': [(g) => t.slice(t.concat([x(g), other(g)], 1), 1, 1, 5), ['concat', 'slice']],
    'slices in another order': [
      (g) => t.concat([t.slice(x(g), 1, 1, 3), t.slice(x(g), 1, 0, 1)], 1), ['slice', 'slice', 'concat']],
    'slices of two tensors': [
      (g) => t.concat([t.slice(x(g), 1, 0, 1), t.slice(other(g), 1, 1, 3)], 1), ['slice', 'slice', 'concat']],
    'a choice between one scalar, which spreads it': [
      (g) => {
        const s = g.input('s', [])
        return t.where(g.input('c', [3], 'bool'), s, s)
      }, ['where']],
    'a choice between x and z': [(g) => t.where(g.input('c', ['N', 1], 'bool'), x(g), other(g)), ['where']],
    'a sum over an axis of the batch': [(g) => t.reduceSum(x(g), [0]), ['reduceSum']],
    'a sum over two axes, one of one element': [(g) => t.reduceSum(g.input('z', ['N', 1, 3]), [1, 2]), ['reduceSum']],
    'windows with a gap between them': [
      (g) => t.add(t.pad(x(g), 1, 0, 4), t.pad(other(g), 1, 4, 0)), ['pad', 'pad', 'add']],
    'windows that overlap': [(g) => t.add(t.pad(x(g), 1, 0, 2), t.pad(other(g), 1, 2, 0)), ['pad', 'pad', 'add']],
    'neighbouring windows of which one is spread': [
      (g) => t.add(t.pad(g.input('z', [1, 2]), 1, 0, 3), t.pad(x(g), 1, 2, 0)), ['pad', 'pad', 'add']],
    'windows on two axes': [
      (g) => t.add(t.pad(g.input('z', [2, 3]), 0, 0, 1), t.pad(g.input('w', [3, 1]), 1, 2, 0)), ['pad', 'pad', 'add']],
    'a broadcast that nothing else would make': [
      (g) => t.add(g.input('row', [3]), t.broadcastTo(g.constant(1), ['N', 3])), ['add']],
  }
  it.each(Object.entries(cases))('%s', (_what, [build, expected]) => {
    const left = opsLeft((g) => {
      // Makes N known where the case itself does not.
      g.input('batch', ['N'])
      return build(g)
    })
    expect(left.filter((op) => op !== 'broadcastTo')).toEqual(expected)
  })
})
