/**
 * Residuals of the layers that iterate, as outputs of a program: `residual.<path>`, a scalar, the largest of the batch,
 * and of several runs of one layer the largest of all.
 */
import type { Graph, Tensor } from '../ir/graph.ts'
import { maximum, reduceMax } from '../ir/tensor.ts'
import type { FlowInputs } from '../flow/apply.ts'
import type { BuildOptions } from './program.ts'

const PREFIX = 'residual.'

/** Name of the output that carries a layer's residual. */
const residualOutput = (path: string): string => `${PREFIX}${path}`

/** The layer's path, where this is the name of a residual. */
export const residualPath = (output: string): string | undefined =>
  (output.startsWith(PREFIX) ? output.slice(PREFIX.length) : undefined)

/** Builds with inputs that gather what layers report, and declares that as outputs where the options ask for it. */
export function withResiduals<T>(graph: Graph, inputs: FlowInputs, options: BuildOptions, build: (inputs: FlowInputs) => T): T {
  if (options.residuals !== true) return build(inputs)
  const largest = new Map<string, Tensor>()
  const result = build({
    ...inputs,
    report(path, residual) {
      const most = reduceMax(residual, [0])
      const known = largest.get(path)
      largest.set(path, known === undefined ? most : maximum(known, most))
    },
  })
  for (const [path, residual] of largest) graph.output(residualOutput(path), residual)
  return result
}
