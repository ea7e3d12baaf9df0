/** Computes equal expressions once: same op, same inputs, same attributes. */
import type { AttributeValue, Graph, Tensor } from '../graph.ts'
import { rewriteGraph } from './rewrite.ts'

/** A short name for each different array of values: weights of many megabytes are hashed, not written out. */
class ConstantNames {
  readonly #buckets = new Map<number, { readonly values: BigUint64Array; readonly name: string }[]>()
  #count = 0

  nameOf(values: Float64Array): string {
    // Bit patterns: −0 is not 0, and NaN is itself.
    const bits = new BigUint64Array(values.buffer, values.byteOffset, values.length)
    const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length)
    let hash = 0x811c9dc5
    for (const word of words) hash = Math.imul(hash ^ word, 0x01000193)
    const bucket = this.#buckets.get(hash) ?? []
    this.#buckets.set(hash, bucket)
    const known = bucket.find((other) => other.values.length === bits.length && other.values.every((value, i) => value === bits[i]))
    if (known !== undefined) return known.name
    const name = `constant${this.#count++}`
    bucket.push({ values: bits, name })
    return name
  }
}

export function mergeCommonSubexpressions(from: Graph): Graph {
  const known = new Map<string, readonly Tensor[]>()
  const identities = new Map<object, number>()
  const constants = new ConstantNames()
  // Bodies and gradient rules are equal only to themselves.
  const identity = (value: object): string => {
    if (!identities.has(value)) identities.set(value, identities.size)
    return `#${identities.get(value)}`
  }
  const show = (value: AttributeValue): string => {
    if (value instanceof Float64Array) return constants.nameOf(value)
    if (Array.isArray(value)) return `[${value.join()}]`
    return typeof value === 'function' || typeof value === 'object' ? identity(value) : JSON.stringify(value) ?? ''
  }
  return rewriteGraph(from, ({ node, inputs, keep }) => {
    const attributes = Object.entries(node.attributes).map(([name, value]) => `${name}=${show(value)}`)
    const key = [node.op, ...inputs.map((input) => `${input.node.id}.${input.output}`), ...attributes].join('|')
    const seen = known.get(key)
    if (seen !== undefined) return seen
    const outputs = keep()
    known.set(key, outputs)
    return outputs
  })
}
