/** First values of theta and buffers, with what depends on the data taken from one pass of it. */
import { type Model, normalizesData } from '../../core/objectives/model.ts'
import { OBJECTIVE_PATH } from '../../core/objectives/objective.ts'
import { initialVectors, initialiseProgram, needsData } from '../../core/programs/initialise.ts'
import { type Key, named } from '../../core/random.ts'
import type { Runtime } from '../runtimes/runtime.ts'
import { type Rows, exampleInputs, parameterInputs } from './rows.ts'

/** Rows that the pass looks at, at most: the split has shuffled them, so the first are as good as any. */
const MAX_ROWS = 32_768

interface FirstVectors {
  readonly theta: Float32Array
  readonly buffers: Float32Array
}

/** With what the objective takes from the training data put in its place. */
function fitted({ flow, objective, site }: Model, { theta, buffers }: FirstVectors, train: Rows): FirstVectors {
  const values = objective.fit?.(site, train.values) ?? {}
  for (const [name, given] of Object.entries(values)) {
    const path = `${OBJECTIVE_PATH}.${name}`
    const parameter = flow.table.parameters.find((placed) => placed.path === path)
    const buffer = flow.table.buffers.find((placed) => placed.path === path)
    if (parameter !== undefined) theta.set(given, parameter.offset)
    else if (buffer !== undefined) buffers.set(given, buffer.offset)
    else throw new Error(`${objective.kind}: there is no parameter '${name}' to fit`)
  }
  return { theta, buffers }
}

export async function firstVectors(
  model: Model, runtime: Runtime, train: Rows, seed: Key,
): Promise<FirstVectors> {
  const { flow } = model
  const start = fitted(model, initialVectors(flow, named(seed, 'parameters')), train)
  // What an encoder or a sampler feeds to the flow is not known before it is trained.
  if (!needsData(flow) || !normalizesData(model)) return start
  const count = Math.min(train.rows, MAX_ROWS)
  const graph = initialiseProgram(flow, count)
  const executable = await runtime.load(graph)
  try {
    const out = await executable.run({
      ...parameterInputs(graph, start), ...exampleInputs(graph, model, train, 0, count, named(seed, 'initialisation')),
    })
    return {
      theta: out['theta']?.data instanceof Float32Array ? out['theta'].data : start.theta,
      buffers: out['buffers']?.data instanceof Float32Array ? out['buffers'].data : start.buffers,
    }
  } finally {
    await executable.dispose()
  }
}
