/** Parameters and buffers of layers, where each stands in the flat vectors, and their first values. */
import { type Key, named, normals, uniforms } from '../random.ts'

/** First values, from a key of their own: same seed, same model. Row-major, as many as the shape holds. */
export type Initialiser = (key: Key, shape: readonly number[]) => Float64Array

export interface ParameterSpec {
  readonly name: string
  readonly shape: readonly number[]
  readonly initial: Initialiser
  /**
   * `weight`: trained, and decayed where the optimizer decays. `parameter`: trained, never decayed (biases, scales).
   * `buffer`: not trained; fitted to the data once, or carried from step to step by the layer itself.
   */
  readonly role: 'weight' | 'parameter' | 'buffer'
}

export interface PlacedParameter extends ParameterSpec {
  /** `<layer path>.<name>`, unique in the flow. */
  readonly path: string
  /** First element in its flat vector (theta, or buffers for buffers). */
  readonly offset: number
  readonly size: number
}

export interface ParameterTable {
  /** Trained: slices of `theta`. */
  readonly parameters: readonly PlacedParameter[]
  readonly parameterCount: number
  /** Not trained: slices of `buffers`. */
  readonly buffers: readonly PlacedParameter[]
  readonly bufferCount: number
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1)

/** Lays the parameters of all layers one after the other. */
export function placeParameters(groups: readonly { readonly path: string; readonly specs: readonly ParameterSpec[] }[]): ParameterTable {
  const parameters: PlacedParameter[] = []
  const buffers: PlacedParameter[] = []
  const counts = { parameters: 0, buffers: 0 }
  for (const { path, specs } of groups) {
    for (const spec of specs) {
      const [list, key] = spec.role === 'buffer' ? [buffers, 'buffers' as const] : [parameters, 'parameters' as const]
      const size = sizeOf(spec.shape)
      list.push({ ...spec, path: `${path}.${spec.name}`, offset: counts[key], size })
      counts[key] += size
    }
  }
  return { parameters, parameterCount: counts.parameters, buffers, bufferCount: counts.buffers }
}

/** First values of a flat vector; each parameter draws from a key named after its path. */
export function initialVector(placed: readonly PlacedParameter[], count: number, key: Key): Float32Array {
  const vector = new Float32Array(count)
  for (const { path, shape, initial, offset, size } of placed) {
    const values = initial(named(key, path), shape)
    if (values.length !== size) throw new Error(`${path}: its initialiser gave ${values.length} values for ${size}`)
    vector.set(values, offset)
  }
  return vector
}

export const constantly = (value: number): Initialiser => (_key, shape) => new Float64Array(sizeOf(shape)).fill(value)
export const zeros: Initialiser = constantly(0)
export const ones: Initialiser = constantly(1)
export const values = (given: ArrayLike<number>): Initialiser => () => Float64Array.from(given)
/** Normal with mean 0 and the given standard deviation. */
export const normal = (deviation: number): Initialiser => (key, shape) => normals(key, sizeOf(shape)).map((x) => deviation * x)
/** Uniform on ±limit. */
export const symmetric = (limit: number): Initialiser => (key, shape) => uniforms(key, sizeOf(shape)).map((u) => limit * (2 * u - 1))
