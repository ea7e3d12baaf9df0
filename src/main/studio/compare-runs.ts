/**
 * Runs side by side, whatever they were trained for: likelihoods where there are any, and how far samples are from test
 * data. The generator of a GAN and the decoder of an autoencoder are flows here, so that their own density is exact.
 */
import { eventSize } from '../../core/flow/layer.ts'
import { type Issue, type Result, accept, error, reject, warning } from '../../core/issues.ts'
import { energyDistance } from '../../core/metrics/energy-distance.ts'
import { objectives } from '../../core/objectives/index.ts'
import { assembleModel, normalizesData } from '../../core/objectives/model.ts'
import { seenBy } from '../../core/objectives/shapes.ts'
import { type Discrepancy, type TestedRun, discrepancies, discrepancyText } from '../../shared/comparability.ts'
import type { RowsMessage } from '../../shared/compute-protocol.ts'
import type { RunEvent } from '../../shared/run-events.ts'
import type { ComputeClient } from './compute-client.ts'
import { contextsOf } from './data-contexts.ts'
import { type Evaluation, boundReason, densities, evaluation, meanNll } from './evaluate.ts'
import { contextOf, modelOf } from './model.ts'
import type { ReadyRun } from './new-run.ts'
import { firstRows } from './report/rows.ts'

/** Points of a picture, and of each side of an energy distance. */
const POINTS = 3000

export interface ComparedRun {
  readonly folder: string
  readonly name: string
  /** Title of the objective. */
  readonly objective: string
  readonly parameters: number
  readonly steps: number
  readonly seconds: number | null
  /** Mean −log p of the flow itself on the test part, exact, in nats; null where the flow does not model the data. */
  readonly flow_nll_nats: number | null
  /** What the objective says of the test part: the same, or a bound. */
  readonly evaluation: Evaluation
  readonly bound: boolean
  /** From samples to test examples, in the data's own units; to 0 and 1 where the objective makes that of them. */
  readonly energy_distance: number
  readonly samples: RowsMessage
  readonly columns: readonly string[]
  /** What its test figures depend on and those of the first run have otherwise: they cannot be held against each other then. */
  readonly differs: readonly Discrepancy[]
}

export interface Comparison {
  readonly source: string
  readonly columns: readonly string[]
  readonly entropy: number | undefined
  readonly data: RowsMessage
  readonly runs: readonly ComparedRun[]
}

const testedRun = ({ run, data }: ReadyRun): TestedRun =>
  ({ source: data.source, fingerprint: data.fingerprint, columns: data.columns, context: contextOf(run), document: run.document })

/** Why runs cannot stand beside each other; those on other parts or columns of the same data can, and are marked. */
export function checkAlike(runs: readonly ReadyRun[]): Issue | undefined {
  const [first] = runs
  if (first === undefined || runs.length < 2) {
    return error('nothing-to-compare', `a comparison takes two runs or more, got ${runs.length}`, { fix: 'name the folders of the runs one after the other' })
  }
  const fitted = runs.find(({ data }) => data.target !== undefined)
  if (fitted !== undefined) {
    return error('compare-target', 'it was fitted to a density: there are no test data to compare it on', {
      at: fitted.folder, fix: 'take the ELBO that `flowsmith eval` gives of each: of the same density, the larger is the better',
    })
  }
  const other = runs.find(({ data }) => data.source !== first.data.source && data.fingerprint !== first.data.fingerprint)
  if (other === undefined) return undefined
  return error('different-data', `its data are not those of ${first.folder}`, {
    at: other.folder, fix: 'compare runs that were trained on the same data',
  })
}

async function compareOne(client: ComputeClient, ready: ReadyRun, first: ReadyRun, onEvent: (event: RunEvent) => void): Promise<ComparedRun> {
  const { folder, run, data } = ready
  const model = modelOf(folder, run)
  const { seed, objective } = run.document.training
  const built = assembleModel({ design: run.document.design, objective, contextSize: model.contextSize })
  const { logProb, figures } = await densities(client, model, data.test, onEvent)
  const shown = firstRows(data.test, POINTS)
  const drawn = await client.start('sample', {
    ...model, count: POINTS, temperature: 1, seed, context: contextsOf(data.test, POINTS),
  }, onEvent).result
  const size = data.test.values.length / data.test.rows
  const seen = seenBy(objective)
  const exact = built.ok && normalizesData(built.value)
  const own = exact
    ? await client.start('density', { ...model, rows: data.test, seed, withLatents: false, ofFlow: true }, onEvent).result
    : undefined
  return {
    folder, name: run.document.name, objective: objectives[objective.kind]?.title ?? objective.kind,
    parameters: built.ok ? built.value.flow.table.parameterCount : 0,
    steps: run.document.training.steps, seconds: run.seconds ?? null,
    flow_nll_nats: own === undefined ? null : meanNll(own.logProb),
    evaluation: evaluation(run, logProb, data.entropy, figures),
    bound: boundReason(run) !== undefined,
    energy_distance: energyDistance(drawn.x, seen === undefined ? shown.values : shown.values.map(seen), size),
    samples: { rows: POINTS, values: drawn.x },
    columns: data.columns,
    differs: discrepancies(testedRun(ready), testedRun(first)),
  }
}

export async function compareRuns(
  client: ComputeClient, runs: readonly ReadyRun[], onEvent: (event: RunEvent) => void,
): Promise<Result<Comparison>> {
  const different = checkAlike(runs)
  if (different !== undefined) return reject(different)
  const first = runs[0] as ReadyRun
  const compared: ComparedRun[] = []
  for (const ready of runs) {
    compared.push(await compareOne(client, ready, first, (event) => {
      onEvent(event.type === 'advanced' ? { ...event, subject: ready.folder } : event)
    }))
  }
  const { data } = first
  return accept({
    source: data.source, columns: data.columns, entropy: data.entropy, data: firstRows(data.test, POINTS), runs: compared,
  }, compared.filter(({ differs }) => differs.length > 0).map(({ folder, differs }) => warning(
    'not-comparable', `its test figures are of something else than those of ${first.folder}: ${discrepancyText(differs)}`, {
      at: folder, fix: 'hold them against those of runs with the same data, columns, dequantization, split and seed',
    })))
}

/** Whether the columns read as the pixels of a square image. */
export function squareSide(columns: readonly string[]): number | undefined {
  const side = Math.sqrt(eventSize([columns.length]))
  return Number.isInteger(side) && side >= 6 ? side : undefined
}
