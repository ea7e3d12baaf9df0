/** Layers that hold a dense matrix over all dimensions: what they accept. */
import { type Result, accept, error, reject } from '../issues.ts'
import type { EventShape, LayerTypes } from './layer.ts'
import { MAX_WIDTH } from './lu.ts'

/** Vectors of at most MAX_WIDTH dimensions; the codes of the issues begin with the layer's kind. */
export function acceptVector(kind: string, event: EventShape): Result<LayerTypes> {
  const [size] = event
  if (event.length !== 1 || size === undefined) {
    return reject(error(`${kind}-vector`, `expected a vector [D], got an image [${event.join(', ')}]`, {
      fix: 'use conv1x1, which mixes the channels, or put a flatten layer before it',
    }))
  }
  if (size <= MAX_WIDTH) return accept({ event })
  return reject(error(`${kind}-size`, `expected at most ${MAX_WIDTH} dimensions, got ${size}`, {
    fix: 'use a permutation: a dense matrix of this size is too large',
  }))
}
