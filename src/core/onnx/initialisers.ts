/** Constants of one ONNX graph; equal ones are held once. */
import type { DType } from '../ir/graph.ts'
import type { Names } from './names.ts'
import type { OnnxInitialiser } from './records.ts'

/** Constants up to this many elements are compared by value, larger ones by identity. */
const SMALL = 16

export class Initialisers {
  readonly list: OnnxInitialiser[] = []
  readonly #names: Names
  readonly #byValue = new Map<string, string>()
  readonly #byIdentity = new Map<ArrayLike<number>, OnnxInitialiser[]>()

  constructor(names: Names) {
    this.#names = names
  }

  /** Name of the initialiser with these row-major values. */
  add(dtype: DType, values: ArrayLike<number>, shape: readonly number[]): string {
    return values.length <= SMALL ? this.#small(dtype, values, shape) : this.#large(dtype, values, shape)
  }

  #small(dtype: DType, values: ArrayLike<number>, shape: readonly number[]): string {
    // −0 and 0 differ: 1/x tells them apart.
    const shown = Array.from(values, (value) => (Object.is(value, -0) ? '-0' : String(value)))
    const key = `${dtype}[${shape.join()}]${shown.join()}`
    const known = this.#byValue.get(key)
    if (known !== undefined) return known
    const name = this.#append(dtype, values, shape)
    this.#byValue.set(key, name)
    return name
  }

  #large(dtype: DType, values: ArrayLike<number>, shape: readonly number[]): string {
    const same = this.#byIdentity.get(values) ?? []
    const known = same.find((one) => one.dtype === dtype && one.shape.join() === shape.join())
    if (known !== undefined) return known.name
    const name = this.#append(dtype, values, shape)
    this.#byIdentity.set(values, [...same, this.list.at(-1) as OnnxInitialiser])
    return name
  }

  #append(dtype: DType, values: ArrayLike<number>, shape: readonly number[]): string {
    const name = this.#names.fresh(`${dtype}_${this.list.length}`)
    this.list.push({ name, dtype, shape, values })
    return name
  }
}
