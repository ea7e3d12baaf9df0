/** What the laws need to know of an op, and the forms that many ops share. */
import type { Graph, Tensor } from '../../../../src/core/ir/graph.ts'
import { type Domain, type InputSpec, type TensorFunction, bool, domains, float, int } from './functions.ts'

export interface Case extends TensorFunction {
  readonly title: string
  /** `none`: defined so that nothing flows back, whatever finite differences say. */
  readonly gradient?: 'none'
}

export interface OpLaws {
  readonly cases: readonly Case[]
  /** Uses that must be refused, by what is wrong with them. */
  readonly refused: Readonly<Record<string, (graph: Graph) => unknown>>
}

export function of(
  title: string, inputs: readonly InputSpec[],
  build: (...inputs: readonly Tensor[]) => Tensor | readonly Tensor[],
): Case {
  const list = (result: Tensor | readonly Tensor[]): readonly Tensor[] => ('graph' in result ? [result] : result)
  return { title, inputs, build: (tensors) => list(build(...tensors)) }
}

/** One float tensor to another, element by element. */
export function unary(name: string, f: (x: Tensor) => Tensor, domain: Domain, gradient?: 'none'): OpLaws {
  const flow = gradient === undefined ? {} : { gradient }
  return {
    cases: [
      { ...of('a scalar', [float([], domain)], (x) => f(x!)), ...flow },
      { ...of('[N, 3]', [float(['N', 3], domain)], (x) => f(x!)), ...flow },
      { ...of('[2, 1, 3]', [float([2, 1, 3], domain)], (x) => f(x!)), ...flow },
    ],
    refused: {
      'an int tensor': (g) => g.apply(name, [g.input('x', [2], 'int')]),
      'a bool tensor': (g) => g.apply(name, [g.input('x', [2], 'bool')]),
      'no tensor': (g) => g.apply(name, []),
      'two tensors': (g) => g.apply(name, [g.input('x', [2]), g.input('y', [2])]),
    },
  }
}


type Binary = (a: Tensor | number, b: Tensor | number) => Tensor

/** Two tensors that broadcast to one another. The domains keep a from b where they may not meet. */
export function binary(name: string, f: Binary, a: Domain, b: Domain): OpLaws {
  const pair = (title: string, left: InputSpec['shape'], right: InputSpec['shape']): Case =>
    of(title, [float(left, a), float(right, b)], (x, y) => f(x!, y!))
  return {
    cases: [
      pair('equal shapes [N, 3]', ['N', 3], ['N', 3]),
      pair('[N, 3] with [3]', ['N', 3], [3]),
      pair('[N, 1] with [1, 3]', ['N', 1], [1, 3]),
      pair('[4, 1] with [2, 1, 3]', [4, 1], [2, 1, 3]),
      pair('a scalar with [2, 2]', [], [2, 2]),
      of('a number on the right', [float(['N', 2], a)], (x) => f(x!, 0.55)),
      of('a number on the left', [float(['N', 2], b)], (x) => f(0.55, x!)),
      of('a tensor with itself', [float([3], a)], (x) => f(x!, x!)),
    ],
    refused: {
      'shapes that do not broadcast': (g) => f(g.input('a', [2, 3]), g.input('b', [2])),
      'a symbol with a number': (g) => f(g.input('a', ['N', 3]), g.input('b', [2, 3])),
      'two symbols': (g) => f(g.input('a', ['N']), g.input('b', ['K'])),
      'float with int': (g) => g.apply(name, [g.input('a', [2]), g.input('b', [2], 'int')]),
      'truth values': (g) => g.apply(name, [g.input('a', [2], 'bool'), g.input('b', [2], 'bool')]),
      'one tensor': (g) => g.apply(name, [g.input('a', [2])]),
    },
  }
}

/** Ops on ints, beside those on floats. */
export function withInts(laws: OpLaws, f: Binary): OpLaws {
  const ints = of('ints, [2, 1] with [3]', [int([2, 1]), int([3])], (a, b) => f(a!, b!))
  const mixed = of('ints with a number', [int(['N'])], (a) => f(a!, 2))
  return { ...laws, cases: [...laws.cases, ints, mixed] }
}

export function logical(name: string, f: (a: Tensor, b: Tensor) => Tensor): OpLaws {
  return {
    cases: [
      of('[N, 2] with [2]', [bool(['N', 2]), bool([2])], (a, b) => f(a!, b!)),
      of('scalars', [bool([]), bool([])], (a, b) => f(a!, b!)),
    ],
    refused: {
      'floats': (g) => g.apply(name, [g.input('a', [2]), g.input('b', [2])]),
      'bool with int': (g) => g.apply(name, [g.input('a', [2], 'bool'), g.input('b', [2], 'int')]),
      'shapes that do not broadcast': (g) => f(g.input('a', [2], 'bool'), g.input('b', [3], 'bool')),
      'one tensor': (g) => g.apply(name, [g.input('a', [2], 'bool')]),
    },
  }
}

/** A reduction over axes. */
export function reduction(
  name: string, f: (x: Tensor, axes: readonly number[], keepDims?: boolean) => Tensor, domain: Domain = domains.any,
): OpLaws {
  return {
    cases: [
      of('the last axis of [N, 3]', [float(['N', 3], domain)], (x) => f(x!, [1])),
      of('the batch axis', [float(['N', 3], domain)], (x) => f(x!, [0])),
      of('two axes, kept', [float([2, 'N', 3], domain)], (x) => f(x!, [0, 2], true)),
      of('axes out of order', [float([2, 3, 2], domain)], (x) => f(x!, [2, 0])),
      of('every axis', [float([2, 3], domain)], (x) => f(x!, [0, 1])),
      of('an axis of one element', [float(['N', 1], domain)], (x) => f(x!, [1])),
      of('beside two symbols', [float(['K', 'N', 2], domain)], (x) => f(x!, [2])),
    ],
    refused: {
      'an axis that is not there': (g) => f(g.input('x', [2]), [1]),
      'a negative axis': (g) => f(g.input('x', [2]), [-1]),
      'an axis twice': (g) => f(g.input('x', [2, 2]), [1, 1]),
      'no axis': (g) => g.apply(name, [g.input('x', [2])], { axes: [], keepDims: false }),
      'an int tensor': (g) => f(g.input('x', [2], 'int'), [0]),
      'no tensor': (g) => g.apply(name, [], { axes: [0], keepDims: false }),
    },
  }
}
