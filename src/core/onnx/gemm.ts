/**
 * Matrix products whose result is only used by the addition of a bias: x·W + b is one `Gemm`, with the transpositions
 * of x and W, instead of a product and an addition.
 */
import type { Graph, Node, Tensor } from '../ir/graph.ts'
import { type Dim, sameShape } from '../ir/shape.ts'

export interface GemmPlan {
  /** By the addition that ends it. */
  readonly fused: ReadonlyMap<Node, { readonly product: Node; readonly bias: Tensor }>
  /** Products that are not computed by themselves. */
  readonly absorbed: ReadonlySet<Node>
}

export function planGemms(graph: Graph, needed: ReadonlySet<Node>): GemmPlan {
  const uses = countUses(graph, needed)
  const fused = new Map<Node, { product: Node; bias: Tensor }>()
  const absorbed = new Set<Node>()
  for (const node of graph.nodes) {
    if (!needed.has(node) || node.op !== 'add') continue
    const [a, b] = node.inputs as readonly [Tensor, Tensor]
    for (const [product, bias] of [[a, b], [b, a]] as const) {
      if (!isPlainProduct(product) || uses.get(product) !== 1 || !isBias(bias, product)) continue
      fused.set(node, { product: product.node, bias })
      absorbed.add(product.node)
      break
    }
  }
  return { fused, absorbed }
}

function countUses(graph: Graph, needed: ReadonlySet<Node>): ReadonlyMap<Tensor, number> {
  const uses = new Map<Tensor, number>()
  const use = (tensor: Tensor): void => { uses.set(tensor, (uses.get(tensor) ?? 0) + 1) }
  for (const node of graph.nodes) if (needed.has(node)) node.inputs.forEach(use)
  graph.outputs.forEach(({ tensor }) => use(tensor))
  return uses
}

function isPlainProduct(tensor: Tensor): boolean {
  return tensor.node.op === 'matmul' && tensor.node.inputs.every((input) => input.shape.length === 2)
}

/** [M], [1, M] or [N, 1] beside a product [N, M]. */
function isBias(bias: Tensor, product: Tensor): boolean {
  const [rows, columns] = product.shape as readonly [Dim, Dim]
  return [[columns], [1, columns], [rows, 1]].some((shape) => sameShape(bias.shape, shape))
}
