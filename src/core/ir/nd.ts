/** Dense row-major float64 arrays for the reference evaluation. Integers and truth values (0, 1) live in them as well. */
export interface NdArray {
  readonly shape: readonly number[]
  readonly data: Float64Array
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1)
}

export function nd(shape: readonly number[], data: ArrayLike<number>): NdArray {
  if (data.length !== sizeOf(shape)) {
    throw new Error(`nd: shape [${shape.join(', ')}] needs ${sizeOf(shape)} values, got ${data.length}`)
  }
  return { shape, data: data instanceof Float64Array ? data : Float64Array.from(data) }
}

export function zeros(shape: readonly number[]): NdArray {
  return { shape, data: new Float64Array(sizeOf(shape)) }
}

export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length)
  let stride = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride
    stride *= shape[axis] ?? 1
  }
  return strides
}

export function mapUnary(x: NdArray, f: (value: number) => number): NdArray {
  const out = new Float64Array(x.data.length)
  for (let i = 0; i < out.length; i++) out[i] = f(x.data[i] as number)
  return { shape: x.shape, data: out }
}

/** For every element of `shape`, the flat position of the element of `from` that it is broadcast from. */
export function broadcastOffsets(from: readonly number[], shape: readonly number[]): Int32Array {
  const offsets = new Int32Array(sizeOf(shape))
  const strides = stridesOf(from)
  const lead = shape.length - from.length
  let block = offsets.length
  let repeats = 1
  for (let axis = 0; axis < shape.length; axis++) {
    const dim = shape[axis] as number
    const stride = axis < lead || from[axis - lead] === 1 ? 0 : (strides[axis - lead] as number)
    block = dim === 0 ? 0 : block / dim
    if (stride !== 0) {
      for (let r = 0, at = 0; r < repeats; r++) {
        for (let i = 0; i < dim; i++) for (let b = 0; b < block; b++) offsets[at++]! += i * stride
      }
    }
    repeats *= dim
  }
  return offsets
}

/** f applied to two arrays broadcast to `shape`. */
export function mapBinary(
  a: NdArray, b: NdArray, shape: readonly number[], f: (a: number, b: number) => number,
): NdArray {
  const out = new Float64Array(sizeOf(shape))
  if (a.data.length === out.length && b.data.length === out.length) {
    for (let i = 0; i < out.length; i++) out[i] = f(a.data[i] as number, b.data[i] as number)
  } else {
    const left = broadcastOffsets(a.shape, shape)
    const right = broadcastOffsets(b.shape, shape)
    for (let i = 0; i < out.length; i++) out[i] = f(a.data[left[i] as number] as number, b.data[right[i] as number] as number)
  }
  return { shape, data: out }
}

/** [outer, axis, inner] lengths around one axis: the way reductions, gathers and concatenations walk an array. */
export function around(shape: readonly number[], axis: number): { outer: number; length: number; inner: number } {
  return {
    outer: sizeOf(shape.slice(0, axis)),
    length: shape[axis] as number,
    inner: sizeOf(shape.slice(axis + 1)),
  }
}
