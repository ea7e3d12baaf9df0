/** Forms that many ops share: element-wise functions of one and of two tensors, and comparisons. */
import { type Attributes, type DType, type OpDefinition, type Tensor, fail } from './graph.ts'
import { sumTo } from './compositions.ts'
import { type NdArray, mapBinary, mapUnary } from './nd.ts'
import { broadcastShapes } from './shape.ts'

export function defineOp<A extends Attributes>(definition: OpDefinition<A>): OpDefinition<A> {
  return definition
}

interface UnaryRule {
  readonly name: string
  readonly onnx: OpDefinition['onnx']
  readonly evaluate: (x: number) => number
  /** Cotangent of the input; left out where the derivative is zero almost everywhere. */
  readonly vjp?: (args: { readonly x: Tensor; readonly y: Tensor; readonly cotangent: Tensor }) => Tensor
  readonly dtype?: DType
}

/** y = f(x), element by element. */
export function defineUnary(rule: UnaryRule): OpDefinition {
  const dtype = rule.dtype ?? 'float'
  return {
    name: rule.name,
    onnx: rule.onnx,
    infer(inputs) {
      const [x, extra] = inputs
      if (x === undefined || extra !== undefined || x.dtype !== dtype) fail(rule.name, inputs, `takes one ${dtype} tensor`)
      return [{ dtype, shape: x.shape }]
    },
    evaluate: (inputs) => [mapUnary(inputs[0] as NdArray, rule.evaluate)],
    vjp({ inputs, outputs, cotangents }) {
      const [x, y, cotangent] = [inputs[0], outputs[0], cotangents[0]]
      if (rule.vjp === undefined || x === undefined || y === undefined || cotangent === undefined) return [undefined]
      return [rule.vjp({ x, y, cotangent })]
    },
  }
}

interface BinaryRule {
  readonly name: string
  readonly onnx: string
  readonly evaluate: (a: number, b: number) => number
  /** The only type that it takes; float and int where left out. */
  readonly dtype?: DType
  /** Cotangents before they are summed back to the shapes of the operands. */
  readonly vjp: (args: {
    readonly a: Tensor; readonly b: Tensor; readonly y: Tensor; readonly cotangent: Tensor
  }) => readonly [() => Tensor, () => Tensor]
}

function inferBroadcast(name: string, inputs: Parameters<OpDefinition['infer']>[0], result?: DType): ReturnType<OpDefinition['infer']> {
  const [a, b] = inputs
  if (a === undefined || b === undefined || inputs.length !== 2) fail(name, inputs, 'takes two tensors')
  if (a.dtype !== b.dtype || a.dtype === 'bool') fail(name, inputs, 'takes two numeric tensors of one type')
  const shape = broadcastShapes(a.shape, b.shape)
  if (shape === undefined) fail(name, inputs, 'the shapes do not broadcast')
  return [{ dtype: result ?? a.dtype, shape }]
}

/** y = f(a, b), element by element, broadcasting as numpy does. */
export function defineBinary(rule: BinaryRule): OpDefinition {
  return {
    name: rule.name,
    onnx: rule.onnx,
    infer(inputs) {
      const odd = inputs.some(({ dtype }) => rule.dtype !== undefined && dtype !== rule.dtype)
      if (odd) fail(rule.name, inputs, `takes ${rule.dtype} tensors`)
      return inferBroadcast(rule.name, inputs)
    },
    evaluate: (inputs, _attributes, { shapes }) =>
      [mapBinary(inputs[0] as NdArray, inputs[1] as NdArray, shapes[0] as number[], rule.evaluate)],
    vjp({ inputs, outputs, cotangents }) {
      const [[a, b], y, cotangent] = [inputs, outputs[0], cotangents[0]]
      if (a === undefined || b === undefined || y === undefined || cotangent === undefined) return [undefined, undefined]
      const [forA, forB] = rule.vjp({ a, b, y, cotangent })
      // A constant operand needs no cotangent; not building it keeps the graph small.
      return [a, b].map((operand, i) =>
        operand.node.op === 'constant' || operand.dtype !== 'float'
          ? undefined
          : sumTo(i === 0 ? forA() : forB(), operand.shape))
    },
  }
}

/** A truth value per element; no gradient. */
export function defineComparison(name: string, onnx: string, evaluate: (a: number, b: number) => boolean): OpDefinition {
  return {
    name,
    onnx,
    infer: (inputs) => inferBroadcast(name, inputs, 'bool'),
    evaluate: (inputs, _attributes, { shapes }) =>
      [mapBinary(inputs[0] as NdArray, inputs[1] as NdArray, shapes[0] as number[], (a, b) => (evaluate(a, b) ? 1 : 0))],
    vjp: () => [undefined, undefined],
  }
}

/** and, or: of truth values. */
export function defineLogical(name: string, onnx: string, evaluate: (a: boolean, b: boolean) => boolean): OpDefinition {
  return {
    name,
    onnx,
    infer(inputs) {
      const [a, b] = inputs
      if (a?.dtype !== 'bool' || b?.dtype !== 'bool') fail(name, inputs, 'takes two bool tensors')
      const shape = broadcastShapes(a.shape, b.shape)
      if (shape === undefined) fail(name, inputs, 'the shapes do not broadcast')
      return [{ dtype: 'bool', shape }]
    },
    evaluate: (inputs, _attributes, { shapes }) => [
      mapBinary(inputs[0] as NdArray, inputs[1] as NdArray, shapes[0] as number[],
        (a, b) => (evaluate(a !== 0, b !== 0) ? 1 : 0)),
    ],
    vjp: () => [undefined, undefined],
  }
}
