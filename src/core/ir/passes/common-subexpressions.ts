/** Computes equal expressions once: same op, same inputs, same attributes. */
import type { AttributeValue, Graph, Tensor } from '../graph.ts'
import { rewriteGraph } from './rewrite.ts'

export function mergeCommonSubexpressions(from: Graph): Graph {
  const known = new Map<string, readonly Tensor[]>()
  const identities = new Map<object, number>()
  // Bodies and gradient rules are equal only to themselves.
  const identity = (value: object): string => {
    if (!identities.has(value)) identities.set(value, identities.size)
    return `#${identities.get(value)}`
  }
  const show = (value: AttributeValue): string => {
    if (value instanceof Float64Array || Array.isArray(value)) return `[${Array.from<unknown>(value).map((v) => (Object.is(v, -0) ? '-0' : v)).join()}]`
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
