/** A model: a flow with the objective it is trained by, every parameter of both in its place. */
import { type Result, accept, error, reject } from '../issues.ts'
import { type Graph, type Tensor } from '../ir/graph.ts'
import type { FlowInputs } from '../flow/apply.ts'
import type { FlowDesign } from '../flow/design.ts'
import { type Flow, assemble } from '../flow/flow.ts'
import type { EventShape, NoiseSpec } from '../flow/layer.ts'
import { type Options, type PartChoice, checkOptions, flatOptions } from '../flow/options.ts'
import { placeParameters } from '../flow/parameters.ts'
import { type FlowNoise, flowNoises, lookup } from '../programs/program.ts'
import { suggest } from '../suggest.ts'
import type { Target } from '../targets/target.ts'
import { objectives } from './index.ts'
import {
  OBJECTIVE_PATH, type ObjectiveContext, type ObjectiveDefinition, type ObjectiveSite, type Purpose,
} from './objective.ts'

export interface Model {
  /** Its table holds the objective's parameters too. */
  readonly flow: Flow
  readonly objective: ObjectiveDefinition
  readonly site: ObjectiveSite<Options>
  /** One example of the data. */
  readonly dataEvent: EventShape
  /** Length of the data's context. */
  readonly contextSize: number
}

export interface ModelSettings {
  readonly design: FlowDesign
  readonly objective: PartChoice
  /** Length of the data's context; 0 when left out. */
  readonly contextSize?: number | undefined
  readonly target?: Target | undefined
}

/** A model that is ready to be built, or all issues that can be found in its design and objective. */
export function assembleModel({ design, objective: choice, contextSize = 0, target }: ModelSettings): Result<Model> {
  const objective = Object.hasOwn(objectives, choice.kind) ? objectives[choice.kind] : undefined
  if (objective === undefined) {
    return reject(error('objective-unknown', `there is no objective '${choice.kind}'`, {
      at: 'training.objective', fix: suggest(choice.kind, Object.keys(objectives)),
    }))
  }
  const options = checkOptions(objective.options, flatOptions(choice.options), 'training.objective')
  if (!options.ok) return options
  const assembled = assemble(design, {
    contextSize: objective.flowContext?.(options.value, contextSize) ?? contextSize,
  })
  if (!assembled.ok) return assembled
  const flow = assembled.value
  const site: ObjectiveSite<Options> = { flow, options: options.value, contextSize, target }
  const issues = [...assembled.issues, ...objective.check?.(site) ?? []]
  if (issues.some(({ severity }) => severity === 'error')) return reject(...issues)
  return accept({
    flow: withParameters(flow, site, objective), objective, site: { ...site }, contextSize,
    dataEvent: objective.dataEvent?.(options.value, flow.event) ?? flow.event,
  }, issues)
}

/** The flow with the objective's parameters behind its own: vectors of one are a prefix of those of the other. */
function withParameters(flow: Flow, site: ObjectiveSite<Options>, objective: ObjectiveDefinition): Flow {
  const specs = objective.parameters?.(site) ?? []
  if (specs.length === 0) return flow
  const table = placeParameters([
    ...flow.layers.map((layer) => ({ path: layer.site.path, specs: layer.definition.parameters(layer.site) })),
    { path: 'base', specs: flow.base.definition.parameters(flow.base.site) },
    { path: OBJECTIVE_PATH, specs },
  ])
  return { ...flow, table }
}

/** All noises that a step or an evaluation takes: the flow's, then the objective's own. */
export function modelNoises({ flow, objective, site }: Model, purpose: Purpose): readonly FlowNoise[] {
  const own: readonly NoiseSpec[] = objective.noise?.(site, purpose) ?? []
  return [...flowNoises(flow, purpose), ...own.map((spec): FlowNoise => ({ ...spec, path: `${OBJECTIVE_PATH}.${spec.name}` }))]
}

/** Whether the flow takes the data as they are: their density, their trace through the layers, their place in z. */
export function normalizesData({ flow, objective, dataEvent, contextSize }: Model): boolean {
  return objective.takesData && dataEvent === flow.event && contextSize === flow.contextSize
}

/** What an objective builds its graph with. `scalars` are values by name. */
export function objectiveContext(
  { site }: Model, inputs: FlowInputs, scalars: ReadonlyMap<string, Tensor>,
): ObjectiveContext<Options> {
  return { ...site, inputs, scalar: lookup(scalars, 'scalar') }
}

/** The objective's scalars as they are at the end of a training, as constants. */
export function finalScalars({ objective, site }: Model, graph: Graph): Map<string, Tensor> {
  const values = objective.scalars?.(site.options, 1, 1) ?? []
  return new Map((objective.scalarNames ?? []).map((name, i) => [name, graph.constant(values[i] ?? 0, [1])]))
}
