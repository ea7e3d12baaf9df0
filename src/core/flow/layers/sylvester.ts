/**
 * Sylvester flow in QR form, a planar flow of m hidden units,
 *   f(z) = z + Q R h(R̃ Qᵀ z + b),
 * Q [D, m] with orthonormal columns (the first m of a product of Householder reflections), R and R̃ upper triangular.
 * The diagonals keep 1 + rᵢ r̃ᵢ h′ > 0: r̃ᵢ = e^s, s = 5·tanh(raw/5), and rᵢ = pᵢ/r̃ᵢ with pᵢ admissible (see
 * ../residual-activations.ts), so that f is invertible.
 * log|det ∂f/∂z| = Σᵢ log(1 + pᵢ h′(aᵢ)), a = R̃ Qᵀ z + b, since R̃ R is triangular with the diagonal p.
 * Inverse: a + R̃ R h(a) = R̃ Qᵀ f(z) + b by substitution, one scalar root for each of the m elements (see
 * ../residual-root.ts); then z = f(z) − Q R h(a). O(D m + m²) for each example, and O(m³) for R̃ R once.
 * With a context all parameters are those of each example. R = 0, the identity, at first.
 * Source: van den Berg, Hasenclever, Tomczak & Welling 2018, Sylvester Normalizing Flows for Variational Inference, §3.
 */
import { accept, error, reject } from '../../issues.ts'
import { sumEvent } from '../../ir/compositions.ts'
import type { Tensor } from '../../ir/graph.ts'
import { identity } from '../../ir/linalg.ts'
import { add, div, exp, log, matmul, mul, neg, pad, slice, sub } from '../../ir/tensor.ts'
import { amortised, amortisedSpecs } from '../amortised.ts'
import { type Directed, directed, directionOption } from '../directions.ts'
import { reflectEach, reflections, rotate } from '../householder.ts'
import {
  type LayerContext, type LayerCost, type LayerOutput, type LayerSite, defineLayer, eventSize,
} from '../layer.ts'
import { boundedLogScale } from '../log-scale.ts'
import { integer } from '../options.ts'
import { type Initialiser, type ParameterSpec, normal, zeros } from '../parameters.ts'
import {
  type Nonlinearity, type ResidualActivation, admissible, nonlinearities, nonlinearityOption,
} from '../residual-activations.ts'
import { apply, triangularRoot } from '../residual-root.ts'
import { packedSize, triangle } from '../triangle.ts'

interface Options extends Directed {
  readonly columns: number
  readonly reflections: number
  readonly nonlinearity: ResidualActivation
}
type Context = LayerContext<Options>
type Site = Pick<LayerSite<Options>, 'event' | 'options'>

/** Hidden units unless asked otherwise. */
const USUAL_COLUMNS = 8

const columnsOf = ({ event, options: { columns } }: Site): number =>
  columns === 0 ? Math.min(eventSize(event), USUAL_COLUMNS) : columns
const reflectionsOf = (site: Site): number => site.options.reflections || columnsOf(site)

/** Q of the whole batch or, with a context, of each example. */
interface Frame {
  /** Qᵀ x: [N, D] → [N, m]. */
  into(x: Tensor): Tensor
  /** Q v: [N, m] → [N, D]. */
  out(v: Tensor): Tensor
}

function frame(ctx: Context): Frame {
  const [size, columns] = [eventSize(ctx.event), columnsOf(ctx)]
  const rows = amortised(ctx, 'reflections')
  if (ctx.context === undefined) {
    const q = rotate(reflections(rows), slice(identity(ctx.graph, size), 1, 0, columns))
    return { into: (x) => matmul(x, q), out: (v) => matmul(v, q, { transposeB: true }) }
  }
  return {
    into: (x) => slice(reflectEach(x, rows, 'transposed'), 1, 0, columns),
    out: (v) => reflectEach(pad(v, 1, 0, size - columns), rows, 'product'),
  }
}

interface Sylvester {
  readonly h: Nonlinearity
  readonly frame: Frame
  /** R, R̃ [.., m, m], the diagonal p of R̃ R [.., m], b [.., m]. */
  readonly outer: Tensor
  readonly inner: Tensor
  readonly product: Tensor
  readonly bias: Tensor
}

function sylvester(ctx: Context): Sylvester {
  const several = columnsOf(ctx) > 1
  const h = nonlinearities[ctx.options.nonlinearity]
  const product = admissible(amortised(ctx, 'products'), h)
  const scale = exp(boundedLogScale(amortised(ctx, 'logScale')))
  const upper = (diagonal: Tensor, name: string): Tensor =>
    triangle(diagonal, several ? amortised(ctx, name) : undefined, 'upper')
  return {
    h, frame: frame(ctx), product, bias: amortised(ctx, 'bias'),
    outer: upper(div(product, scale), 'outer'), inner: upper(scale, 'inner'),
  }
}

/** Σ log(1 + p h′(a)), [N]. */
const logDetAt = ({ h, product }: Sylvester, a: Tensor): Tensor => sumEvent(log(add(1, mul(h.slope(a), product))))

function forward(ctx: Context, z: Tensor): LayerOutput {
  const flow = sylvester(ctx)
  const a = add(apply(flow.inner, flow.frame.into(z)), flow.bias)
  return { out: add(z, flow.frame.out(apply(flow.outer, flow.h.value(a)))), logDet: logDetAt(flow, a) }
}

function backward(ctx: Context, y: Tensor): LayerOutput {
  const flow = sylvester(ctx)
  const target = add(apply(flow.inner, flow.frame.into(y)), flow.bias)
  const { root, residual } = triangularRoot(flow.h, matmul(flow.inner, flow.outer), flow.product, target)
  const moved = flow.frame.out(apply(flow.outer, flow.h.value(root)))
  return { out: sub(y, moved), logDet: neg(logDetAt(flow, root)), residual }
}

function cost({ options: { direction } }: Site): LayerCost {
  return direction === 'normalizing'
    ? { normalize: 'one pass', generate: 'iterative' }
    : { normalize: 'iterative', generate: 'one pass' }
}

function parameters(site: LayerSite<Options>): readonly ParameterSpec[] {
  const [size, m] = [eventSize(site.event), columnsOf(site)]
  const spec = (name: string, shape: readonly number[], initial: Initialiser): ParameterSpec =>
    ({ name, shape, initial, role: 'parameter' })
  const packed = m > 1 ? [spec('outer', [packedSize(m)], zeros), spec('inner', [packedSize(m)], zeros)] : []
  return amortisedSpecs([
    spec('reflections', [reflectionsOf(site), size], normal(1)),
    spec('products', [m], zeros), spec('logScale', [m], zeros), ...packed, spec('bias', [m], normal(1)),
  ], site.contextSize)
}

export default defineLayer({
  kind: 'sylvester',
  version: 1,
  options: {
    columns: integer({
      label: 'Columns', default: 0, minimum: 0, maximum: 256, zero: 'As dimensions, ≤ 8',
      help: 'm: hidden units; 0 means as many as dimensions, but at most 8.',
    }),
    reflections: integer({
      label: 'Reflections', default: 0, minimum: 0, maximum: 256, zero: 'One a column',
      help: 'Householder reflections that make Q; 0 means one for each column, which is enough for any Q.',
    }),
    nonlinearity: nonlinearityOption,
    direction: directionOption('The other one solves m scalar equations for each example; it can be trained through.'),
  },
  infer(site) {
    const [size, columns] = [eventSize(site.event), columnsOf(site)]
    if (columns <= size) return accept({ event: site.event })
    return reject(error('sylvester-columns', `expected at most as many columns as dimensions, ${size}, got ${columns}`, {
      at: 'columns', fix: `set it to ${size}, or to 0`,
    }))
  },
  parameters,
  ...directed(forward, backward),
  transforms: () => 'all',
  cost,
  docs: {
    summary: 'A planar flow with several hidden units, kept invertible by two triangular matrices and a rotation.',
    latex: 'f(z) = z + Q R\\, h(\\tilde R\\, Q^\\top z + b)',
    source: 'van den Berg, Hasenclever, Tomczak & Welling 2018, Sylvester Normalizing Flows for Variational Inference, §3',
  },
  editor: { title: 'Sylvester', group: 'residual', icon: 'sylvester' },
  laws: {
    cases: [
      { name: 'normalizing, fewer columns', event: [4], options: { columns: 2 } },
      { name: 'generating', event: [3], options: { direction: 'generating', nonlinearity: 'sigmoid' } },
      { name: 'context', event: [3], contextSize: 2, options: { columns: 2, direction: 'generating' } },
      { name: 'image, one column', event: [1, 2, 1], options: { columns: 1, reflections: 2 } },
    ],
    domain: 'real',
  },
})
