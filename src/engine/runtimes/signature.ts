/** The inputs that a loaded program takes, and the check of what it is given: once, for every engine. */
import type { DType, Graph } from '../../core/ir/graph.ts'
import type { TensorData, TensorMap } from './runtime.ts'

export interface SignatureInput {
  readonly name: string
  readonly dtype: DType
  /** Lengths of the axes: a symbol or its multiple (`N`, `4N`) where one is known at run time, '' where any will do. */
  readonly shape: readonly (number | string)[]
}

export function signatureOf(graph: Graph): readonly SignatureInput[] {
  return graph.inputs.map(({ name, tensor }) => ({ name, dtype: tensor.dtype, shape: tensor.shape }))
}

const arrays = { float: Float32Array, int: BigInt64Array, bool: Uint8Array } as const

/** Throws where the inputs are not those that the program takes, naming the input, what was expected and what came. */
export function checkInputs(program: string, signature: readonly SignatureInput[], inputs: TensorMap): void {
  const known = new Set(signature.map(({ name }) => name))
  for (const name of Object.keys(inputs)) {
    if (!known.has(name)) throw new Error(`${program}: there is no input '${name}'; it takes ${[...known].join(', ')}`)
  }
  const symbols = new Map<string, { value: number; from: string }>()
  for (const expected of signature) {
    const got = inputs[expected.name]
    if (got === undefined) throw new Error(`${program}: the input '${expected.name}' was given no value`)
    checkInput(program, expected, got, symbols)
  }
}

function checkInput(
  program: string, expected: SignatureInput, got: TensorData, symbols: Map<string, { value: number; from: string }>,
): void {
  const refuse = (reason: string): never => {
    const wanted = `${expected.dtype}[${expected.shape.map((dim) => dim || '?').join(', ')}]`
    throw new Error(`${program}: the input '${expected.name}' takes ${wanted}${reason}`)
  }
  const gotType = `, got ${got.dtype}[${got.shape.join(', ')}]`
  if (got.dtype !== expected.dtype || got.shape.length !== expected.shape.length) refuse(gotType)
  expected.shape.forEach((dim, axis) => {
    const length = got.shape[axis] as number
    if (typeof dim === 'number') {
      if (length !== dim) refuse(gotType)
      return
    }
    const { factor, symbol } = parseSymbolic(dim)
    if (symbol === '') return
    const bound = symbols.get(symbol)
    if (bound !== undefined && bound.value * factor !== length) {
      refuse(`${gotType}, but '${bound.from}' says that ${symbol} is ${bound.value}`)
    }
    if (length % factor !== 0) refuse(`${gotType}: ${length} is no multiple of ${factor}`)
    if (bound === undefined) symbols.set(symbol, { value: length / factor, from: expected.name })
  })
  if (!(got.data instanceof arrays[expected.dtype])) refuse(` in a ${arrays[expected.dtype].name}`)
  const size = got.shape.reduce((product, dim) => product * dim, 1)
  if (got.data.length !== size) refuse(`${gotType} with ${got.data.length} values instead of ${size}`)
}

function parseSymbolic(dim: string): { factor: number; symbol: string } {
  const [, factor = '', symbol = ''] = /^(\d*)(.*)$/.exec(dim) ?? []
  return { factor: factor === '' ? 1 : Number(factor), symbol }
}
