/**
 * Arithmetic that the chain rule leaves behind: x·1, x+0, x+x, −(−x), and constant factors, which are gathered outside
 * of products and multiplied together.
 */
import { type Tensor, sameType, uniformValue } from '../../graph.ts'
import { add, mul, neg, sub } from '../../tensor.ts'
import { type Rule, type RuleArguments, type Rules, madeBy, neutral, scalarValue } from './rule.ts'
import { joinWindows } from './windows.ts'

/** x and c of a tensor that is x·c or −x. */
function scaled(tensor: Tensor | undefined): { readonly x: Tensor; readonly factor: number } | undefined {
  const negated = madeBy(tensor, 'neg')?.inputs[0]
  if (negated !== undefined) return { x: negated, factor: -1 }
  const [a, b] = madeBy(tensor, 'mul')?.inputs ?? []
  for (const [x, factor] of [[a, scalarValue(b)], [b, scalarValue(a)]] as const) {
    if (x !== undefined && factor !== undefined && sameType(x, tensor as Tensor)) return { x, factor }
  }
  return undefined
}

/** x·c, in its shortest form; undefined where the factor has left the range in which it is exact enough. */
function scale(x: Tensor, factor: number): Tensor | undefined {
  if (factor === 1) return x
  if (factor === -1) return neg(x)
  return Math.abs(factor) > 1e-30 && Math.abs(factor) < 1e30 ? mul(x, factor) : undefined
}

const mulRule: Rule = ({ node, inputs: [a, b], only }: RuleArguments) => {
  const same = neutral(node, a, b, 1) ?? neutral(node, b, a, 1)
  if (same !== undefined || a === undefined || b === undefined || a.dtype !== 'float') return same
  const out = node.outputs[0] as Tensor
  for (const [x, factor] of [[a, uniformValue(b)], [b, uniformValue(a)]] as const) {
    if (factor === undefined || !sameType(x, out)) continue
    const inner = scaled(x)
    const merged = inner === undefined ? undefined : scale(inner.x, inner.factor * factor)
    if (merged !== undefined) return merged
    return factor === -1 ? neg(x) : undefined
  }
  const [left, right] = [only(0) ? scaled(a) : undefined, only(1) ? scaled(b) : undefined]
  if (left === undefined && right === undefined) return undefined
  return scale(mul(left?.x ?? a, right?.x ?? b), (left?.factor ?? 1) * (right?.factor ?? 1))
}

const addRule: Rule = ({ node, inputs: [a, b] }) => {
  const same = neutral(node, a, b, 0) ?? neutral(node, b, a, 0)
  if (same !== undefined || a === undefined || b === undefined || a.dtype !== 'float') return same
  if (a === b) {
    const inner = scaled(a)
    return (inner === undefined ? undefined : scale(inner.x, 2 * inner.factor)) ?? mul(a, 2)
  }
  const [minusA, minusB] = [madeBy(a, 'neg')?.inputs[0], madeBy(b, 'neg')?.inputs[0]]
  if (minusB !== undefined) return sub(a, minusB)
  if (minusA !== undefined) return sub(b, minusA)
  return joinWindows(a, b) ?? joinWindows(b, a)
}

const subRule: Rule = ({ node, inputs: [a, b] }) => {
  const same = neutral(node, a, b, 0)
  if (same !== undefined || a === undefined || b === undefined || b.dtype !== 'float') return same
  const minusB = madeBy(b, 'neg')?.inputs[0]
  if (minusB !== undefined) return add(a, minusB)
  return uniformValue(a) === 0 && sameType(b, node.outputs[0] as Tensor) ? neg(b) : undefined
}

const negRule: Rule = ({ inputs: [x] }) => {
  const inner = x?.dtype === 'float' ? scaled(x) : undefined
  return inner === undefined ? undefined : scale(inner.x, -inner.factor)
}

export const arithmetic: Rules = {
  add: addRule,
  sub: subRule,
  mul: mulRule,
  neg: negRule,
  div: ({ node, inputs: [a, b] }) => neutral(node, a, b, 1),
  where: ({ node, inputs: [, yes, no] }) =>
    yes !== undefined && yes === no && sameType(yes, node.outputs[0] as Tensor) ? yes : undefined,
}
