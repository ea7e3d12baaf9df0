/**
 * How well a flow explains data: the mean of −log p in nats of the data's own units, in bits per dimension where all
 * of it was dequantized, and the gap to the entropy of the data's distribution where that is known.
 */
import { dataEvent, likelihoodOf } from '../../core/objectives/shapes.ts'
import { eventSize } from '../../core/flow/layer.ts'
import { type Issue, warning } from '../../core/issues.ts'
import { bitsPerDimension, meanLogUnit } from '../../shared/bits.ts'
import type { ModelReference, RowsMessage } from '../../shared/compute-protocol.ts'
import type { RunEvent } from '../../shared/run-events.ts'
import type { JobStarter } from './compute-client.ts'
import type { RunFile } from './run-file.ts'

/** In the form in which `eval --json` prints it; null where a figure does not apply. */
export interface Evaluation {
  readonly test_nll_nats: number
  readonly bits_per_dim: number | null
  readonly entropy_nats: number | null
  readonly gap_nats: number | null
  readonly examples: number
  /** Where an objective has a bound of one sample besides the tighter one that is the NLL. */
  readonly elbo_nats?: number
  /** The parts of that bound: E log p(x | u), and the divergence of the posterior from the prior. */
  readonly reconstruction_nats?: number
  readonly divergence_nats?: number
}

/** Mean of −log p, summed in float64. */
export function meanNll(logProb: Float32Array): number {
  return logProb.reduce((sum, value) => sum - value, 0) / logProb.length
}

/** Standard error of the mean: how far the NLL of other test examples would be off, about two times out of three. */
export function standardError(logProb: Float32Array): number {
  const nll = meanNll(logProb)
  const squares = logProb.reduce((sum, value) => sum + (value + nll) ** 2, 0)
  return Math.sqrt(squares / Math.max(logProb.length - 1, 1) / logProb.length)
}

/** Why the likelihood is only a bound, where it is one. */
export function boundReason({ data, document }: RunFile): string | undefined {
  if (likelihoodOf(document.training.objective) === 'bound') return 'the latents were integrated out by samples'
  return data.dequantized.length > 0 ? 'the data were dequantized' : undefined
}

function bitsOf({ data: { columns, dequantized }, document: { design, training } }: RunFile, nll: number): number | null {
  if (dequantized.length !== columns.length) return null
  return bitsPerDimension(nll, eventSize(dataEvent(training.objective, design.event)), meanLogUnit(design))
}

export function evaluation(
  run: RunFile, logProb: Float32Array, entropy: number | undefined, figures: Readonly<Record<string, number>> = {},
): Evaluation {
  const nll = meanNll(logProb)
  return {
    test_nll_nats: nll,
    bits_per_dim: bitsOf(run, nll),
    entropy_nats: entropy ?? null,
    gap_nats: entropy === undefined ? null : nll - entropy,
    examples: logProb.length,
    ...Object.fromEntries(Object.entries(figures).map(([name, value]) => [`${name}_nats`, value])),
  }
}

export interface Densities {
  /** [rows] */
  readonly logProb: Float32Array
  readonly figures: Readonly<Record<string, number>>
}

/** log p of every row, in nats: see `densities`. */
export async function logDensities(
  client: JobStarter, model: ModelReference, rows: RowsMessage, onEvent: (event: RunEvent) => void = () => undefined,
): Promise<Float32Array> {
  return (await densities(client, model, rows, onEvent)).logProb
}

/**
 * log p of every row and means of the objective's other figures, in nats; noise comes from the run's seed. Tells of rows
 * without a density.
 */
export async function densities(
  client: JobStarter, model: ModelReference, rows: RowsMessage, onEvent: (event: RunEvent) => void = () => undefined,
): Promise<Densities> {
  const { seed } = model.document.training
  const { logProb, figures } = await client.start('density', { ...model, rows, seed, withLatents: false }, onEvent).result
  const bad = logProb.reduce((count, value) => count + (Number.isFinite(value) ? 0 : 1), 0)
  if (bad > 0) onEvent({ type: 'notice', issue: notFinite(bad, logProb) })
  return { logProb, figures }
}

function notFinite(bad: number, logProb: Float32Array): Issue {
  const first = logProb.findIndex((value) => !Number.isFinite(value))
  return warning('density-not-finite', `log p is not a finite number for ${bad} of ${logProb.length} examples`, {
    at: `example ${first + 1}`, fix: 'look for values far outside of the data that the flow was trained on',
  })
}
