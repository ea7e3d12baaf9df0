/** Constants of one ONNX graph; equal ones are held once. */
import type { DType } from '../ir/graph.ts'
import type { Names } from './names.ts'
import type { OnnxInitialiser } from './records.ts'

export class Initialisers {
  readonly list: OnnxInitialiser[] = []
  readonly #names: Names
  readonly #byHash = new Map<string, OnnxInitialiser[]>()

  constructor(names: Names) {
    this.#names = names
  }

  /** Name of the initialiser with these row-major values. */
  add(dtype: DType, values: ArrayLike<number>, shape: readonly number[]): string {
    const key = `${dtype}[${shape.join()}]${hash(values)}`
    const alike = this.#byHash.get(key) ?? []
    const known = alike.find((one) => sameValues(one.values, values))
    if (known !== undefined) return known.name
    const initialiser: OnnxInitialiser = { name: this.#names.fresh(dtype), dtype, shape, values }
    this.list.push(initialiser)
    this.#byHash.set(key, [...alike, initialiser])
    return initialiser.name
  }
}

const bits = new Uint32Array(new Float64Array(1).buffer)
const float64 = new Float64Array(bits.buffer)

/** FNV-1a over the words of the float64 values. */
function hash(values: ArrayLike<number>): number {
  let state = 0x811c9dc5
  for (let i = 0; i < values.length; i++) {
    float64[0] = values[i] as number
    state = Math.imul(Math.imul(state ^ (bits[0] as number), 0x01000193) ^ (bits[1] as number), 0x01000193)
  }
  return state >>> 0
}

/** −0 and 0 differ: 1/x tells them apart. */
function sameValues(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false
  return true
}
