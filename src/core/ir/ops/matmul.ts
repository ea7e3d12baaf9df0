/** Matrix product over the last two axes, either operand transposed if asked; leading axes broadcast. */
import { sumTo } from '../compositions.ts'
import { defineOp } from '../define.ts'
import { type OnnxAttributes, type Tensor, type TensorType, fail } from '../graph.ts'
import { type NdArray, broadcastOffsets, sizeOf } from '../nd.ts'
import { type Dim, type Shape, broadcastShapes, shapeSize } from '../shape.ts'
import { matmul as product, reshape } from '../tensor.ts'

export interface MatmulAttributes {
  readonly [name: string]: boolean
  readonly transposeA: boolean
  readonly transposeB: boolean
}

/** [rows, columns] of an operand after its transposition. */
function matrixOf(shape: Shape, transposed: boolean): readonly [Dim, Dim] {
  const [rows, columns] = [shape.at(-2) as Dim, shape.at(-1) as Dim]
  return transposed ? [columns, rows] : [rows, columns]
}

function infer(inputs: readonly TensorType[], { transposeA, transposeB }: MatmulAttributes): readonly TensorType[] {
  const [a, b] = inputs
  if (a?.dtype !== 'float' || b?.dtype !== 'float' || a.shape.length < 2 || b.shape.length < 2) {
    fail('matmul', inputs, 'takes two float tensors with at least two axes')
  }
  const [rows, inner] = matrixOf(a.shape, transposeA)
  const [same, columns] = matrixOf(b.shape, transposeB)
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2))
  if (inner !== same || batch === undefined) {
    fail('matmul', inputs, `cannot multiply [${rows}, ${inner}] by [${same}, ${columns}]`)
  }
  return [{ dtype: 'float', shape: [...batch, rows, columns] }]
}

function evaluate(a: NdArray, b: NdArray, { transposeA, transposeB }: MatmulAttributes, shape: readonly number[]): NdArray {
  const [rows, columns] = [shape.at(-2) as number, shape.at(-1) as number]
  const inner = (transposeA ? a.shape.at(-2) : a.shape.at(-1)) as number
  const [aRow, aInner] = transposeA ? [1, rows] : [inner, 1]
  const [bInner, bColumn] = transposeB ? [1, inner] : [columns, 1]
  const batch = shape.slice(0, -2)
  const aAt = broadcastOffsets(a.shape.slice(0, -2), batch)
  const bAt = broadcastOffsets(b.shape.slice(0, -2), batch)
  const data = new Float64Array(sizeOf(shape))
  for (let m = 0; m < aAt.length; m++) {
    const left = (aAt[m] as number) * rows * inner
    const right = (bAt[m] as number) * inner * columns
    for (let r = 0; r < rows; r++) {
      const out = (m * rows + r) * columns
      for (let k = 0; k < inner; k++) {
        const factor = a.data[left + r * aRow + k * aInner] as number
        for (let c = 0; c < columns; c++) data[out + c]! += factor * (b.data[right + k * bInner + c * bColumn] as number)
      }
    }
  }
  return { shape, data }
}

/** [.., R, C] as one matrix [all R, C]: what a weight's cotangent is contracted over. Not where two symbols multiply. */
function flat(x: Tensor): Tensor | undefined {
  const rows = shapeSize(x.shape.slice(0, -1))
  return rows === undefined ? undefined : reshape(x, [rows, x.shape.at(-1) as Dim])
}

/** Attributes of ONNX's `Gemm` for this product. */
export function gemmAttributes({ transposeA, transposeB }: MatmulAttributes): OnnxAttributes {
  return { ...(transposeA ? { transA: 1 } : {}), ...(transposeB ? { transB: 1 } : {}) }
}

export const matmul = defineOp<MatmulAttributes>({
  name: 'matmul',
  infer,
  evaluate: (inputs, attributes, { shapes }) =>
    [evaluate(inputs[0] as NdArray, inputs[1] as NdArray, attributes, shapes[0] as number[])],
  vjp({ inputs: [a, b], attributes: { transposeA, transposeB }, cotangents: [cotangent] }) {
    if (a === undefined || b === undefined || cotangent === undefined) return [undefined, undefined]
    const forA = (): Tensor => transposeA
      ? product(b, cotangent, { transposeA: transposeB, transposeB: true })
      : product(cotangent, b, { transposeB: !transposeB })
    const forB = (): Tensor => {
      if (b.shape.length === 2 && a.shape.length > 2 && !transposeA) {
        const [x, g] = [flat(a), flat(cotangent)]
        if (x && g) return transposeB ? product(g, x, { transposeA: true }) : product(x, g, { transposeA: true })
      }
      return transposeB
        ? product(cotangent, a, { transposeA: true, transposeB: transposeA })
        : product(a, cotangent, { transposeA: !transposeA })
    }
    return [
      a.node.op === 'constant' ? undefined : sumTo(forA(), a.shape),
      b.node.op === 'constant' ? undefined : sumTo(forB(), b.shape),
    ]
  },
  onnx(emitter, node, inputs) {
    const { transposeA, transposeB } = node.attributes as MatmulAttributes
    const plain = node.inputs.every((input) => input.shape.length === 2)
    if (plain && (transposeA || transposeB)) {
      return emitter.node('Gemm', inputs, gemmAttributes(node.attributes as MatmulAttributes))
    }
    const operands = inputs.map((name, i) => {
      if (!(i === 0 ? transposeA : transposeB)) return name
      const rank = node.inputs[i]?.shape.length ?? 0
      const perm = Array.from({ length: rank }, (_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis))
      return emitter.node('Transpose', [name], { perm })[0] as string
    })
    return emitter.node('MatMul', operands)
  },
})

