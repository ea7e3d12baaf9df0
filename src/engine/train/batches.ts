/**
 * Which rows make up which batch: epochs of reshuffled rows, one after the other, cut into batches. Row number and
 * noise depend on the seed and the step alone, so a run can go on from any step.
 */
import { type Key, fold, named, normals32, permutation, uniforms32 } from '../../core/random.ts'
import type { FlowNoise } from '../../core/programs/program.ts'
import type { TensorData } from '../runtimes/runtime.ts'

export class Batches {
  readonly #rows: number
  readonly #batch: number
  readonly #shuffles: Key
  #epoch = -1
  #order: Int32Array = new Int32Array()

  constructor(key: Key, rows: number, batch: number) {
    this.#rows = rows
    this.#batch = batch
    this.#shuffles = named(key, 'epochs')
  }

  #rowAt(position: number): number {
    const epoch = Math.floor(position / this.#rows)
    if (epoch !== this.#epoch) {
      this.#order = permutation(fold(this.#shuffles, epoch), this.#rows)
      this.#epoch = epoch
    }
    return this.#order[position - epoch * this.#rows] as number
  }

  /** Row numbers of `count` steps from `step` (counted from 0), [count, batch]. */
  rows(step: number, count: number): TensorData {
    const data = new BigInt64Array(count * this.#batch)
    const first = step * this.#batch
    for (let i = 0; i < data.length; i++) data[i] = BigInt(this.#rowAt(first + i))
    return { dtype: 'int', shape: [count, this.#batch], data }
  }
}

/** Noise of `count` steps from `step`, [count, batch, ...shape]: each step draws from a key of its own. */
export function stepNoise(key: Key, noise: FlowNoise, step: number, count: number, batch: number): TensorData {
  const size = noise.shape.reduce((product, dim) => product * dim, batch)
  const source = named(key, `noise.${noise.path}`)
  const draw = noise.distribution === 'normal' ? normals32 : uniforms32
  const data = new Float32Array(count * size)
  for (let i = 0; i < count; i++) draw(fold(source, step + i), size, data.subarray(i * size, (i + 1) * size))
  return { dtype: 'float', shape: [count, batch, ...noise.shape], data }
}

/** Noise of one pass over `rows` examples, [rows, ...shape]. */
export function passNoise(key: Key, noise: FlowNoise, pass: number, rows: number): TensorData {
  const { data } = stepNoise(key, noise, pass, 1, rows)
  return { dtype: 'float', shape: [rows, ...noise.shape], data: data as Float32Array }
}
