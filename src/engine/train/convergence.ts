/** Whether the layers that iterate have converged: gathered from the outputs of programs, told with the layer's name. */
import { type Flow, type PlacedLayer } from '../../core/flow/flow.ts'
import { RESIDUAL_LIMIT } from '../../core/flow/layer.ts'
import { type Issue, IssueError, error } from '../../core/issues.ts'
import { residualPath } from '../../core/programs/residuals.ts'
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

  /** One issue for each layer that has not converged, in the order of the layers. */
  issues(flow: Flow): readonly Issue[] {
    return flow.layers.flatMap((layer) => {
      const residual = this.#largest.get(layer.site.path)
      return residual === undefined || residual <= RESIDUAL_LIMIT ? [] : [unconverged(layer, residual)]
    })
  }

  /** Throws an IssueError for what has not converged. */
  check(flow: Flow): void {
    const issues = this.issues(flow)
    if (issues.length > 0) throw new IssueError(issues)
  }
}

/** A residual of more than this stands for what is no number. */
const NO_NUMBER = 1e38

function unconverged({ at, id, definition, site }: PlacedLayer, residual: number): Issue {
  const size = residual < NO_NUMBER ? residual.toExponential(1) : 'no number'
  const rounds = site.options['rounds']
  return error('iteration-not-converged', `the iteration of the layer '${id}' (${definition.kind}, ${site.path}) did not converge`
    + `${typeof rounds === 'number' ? ` in ${rounds} rounds` : ''}: its largest residual is ${size}, expected at most ${RESIDUAL_LIMIT}`, {
    at: `${at} (${definition.kind} '${id}')`,
    fix: typeof rounds === 'number'
      ? 'give it more rounds, or train it with a smaller Lipschitz constant'
      : 'train it again with a lower learning rate or a smaller clip norm: its parameters have become extreme',
  })
}
