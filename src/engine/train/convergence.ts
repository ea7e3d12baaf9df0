/** Whether the layers that iterate have converged: gathered from the outputs of programs, told with the layer's name. */
import { type Flow, type PlacedLayer } from '../../core/flow/flow.ts'
import { RESIDUAL_LIMIT } from '../../core/flow/layer.ts'
import { type Issue, IssueError, error } from '../../core/issues.ts'
import { residualPath } from '../../core/programs/residuals.ts'
import { plural } from '../../shared/numbers.ts'
import type { TensorMap } from '../runtimes/runtime.ts'

/** The largest residual of each layer over all that was run. */
export class Residuals {
  readonly #largest = new Map<string, number>()

  add(out: TensorMap): void {
    for (const [name, { data }] of Object.entries(out)) {
      const path = residualPath(name)
      if (path === undefined) continue
      const value = Number(data[0])
      // Written so that NaN counts as the largest.
      if (!(value <= (this.#largest.get(path) ?? -1))) this.#largest.set(path, value)
    }
  }

  /** One issue for each layer of the design that has not converged, in their order; a repeated one is told of once. */
  issues(flow: Flow): readonly Issue[] {
    const places = new Map<string, Unconverged[]>()
    for (const layer of flow.layers) {
      const residual = this.#largest.get(layer.site.path)
      if (residual === undefined || residual <= RESIDUAL_LIMIT) continue
      places.set(layer.at, [...places.get(layer.at) ?? [], { layer, residual }])
    }
    return [...places.values()].map(unconverged)
  }

  /** Throws an IssueError for what has not converged. */
  check(flow: Flow): void {
    const issues = this.issues(flow)
    if (issues.length > 0) throw new IssueError(issues)
  }
}

/** A residual of more than this stands for what is no number. */
const NO_NUMBER = 1e38

interface Unconverged {
  readonly layer: PlacedLayer
  readonly residual: number
}

/** What is no number counts as the largest. */
const rank = ({ residual }: Unconverged): number => (Number.isNaN(residual) ? Infinity : residual)
const worse = (a: Unconverged, b: Unconverged): Unconverged => (rank(b) > rank(a) ? b : a)

/** Of one layer of the design, and of all its repetitions that have not converged. */
function unconverged(all: readonly Unconverged[]): Issue {
  const { layer: { at, id, definition, site }, residual } = all.reduce(worse)
  const size = residual < NO_NUMBER ? residual.toExponential(1) : 'no number'
  const others = all.length === 1 ? '' : `, the worst of ${all.length} repetitions`
  const { rounds } = site.options
  const within = typeof rounds === 'number' ? ` in ${plural(rounds, 'round')}` : ''
  return error('iteration-not-converged', `the iteration of the layer '${id}' (${definition.kind}, ${site.path}${others}) did not converge${within}: `
    + `its largest residual is ${size}, expected at most ${RESIDUAL_LIMIT}`, {
    at: `${at} (${definition.kind} '${id}')`,
    fix: typeof rounds === 'number'
      ? 'give it more rounds, or train it with a smaller Lipschitz constant'
      : 'train it again with a lower learning rate or a smaller clip norm: its parameters have become extreme',
  })
}
