/**
 * How well a flow fits a target density, by importance weights of fresh draws: ELBO, log Z with its standard error,
 * effective sample size, and the divergence KL(q ‖ p) = log Z − ELBO where log Z is known. What is not finite is null.
 */
import { type Issue, warning } from '../../core/issues.ts'
import { importanceFigures } from '../../core/metrics/importance.ts'
import type { Appraisal } from '../../shared/appraisal.ts'
import type { RunEvent } from '../../shared/run-events.ts'
import type { JobStarter } from './compute-client.ts'
import { modelOf } from './model.ts'
import type { PreparedTarget } from './prepared-target.ts'
import type { RunFile } from './run-file.ts'

const SAMPLES = 50_000
/** Below this part of the draws, a few of them decide the estimate of log Z and its error. */
const FEW = 0.01

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

export function appraisal(logWeights: Float32Array, logZ: number | undefined): Appraisal {
  const figures = importanceFigures(logWeights)
  return {
    elbo_nats: finite(figures.elbo),
    elbo_standard_error: finite(figures.elboError),
    log_z_nats: finite(figures.logZ),
    log_z_standard_error: finite(figures.logZError),
    effective_sample_size: finite(figures.effectiveSampleSize),
    kl_to_target_nats: logZ === undefined ? null : finite(logZ - figures.elbo),
    samples: logWeights.length,
  }
}

/** What a reader of the figures has to know. */
export function appraisalIssues({ elbo_nats: elbo, effective_sample_size: size, samples }: Appraisal, source: string): readonly Issue[] {
  if (elbo === null) {
    return [warning('elbo-not-finite', 'the ELBO is not finite: the flow draws points at which the target is zero, or not a number', {
      at: source, fix: 'keep log p̃ finite everywhere, or train again with a --box LO,HI in which it is',
    })]
  }
  if (size !== null && size >= FEW * samples) return []
  return [warning('few-effective-samples', `${samples} draws weigh as few as ${size === null ? 'none' : Math.max(1, Math.round(size))}: the estimate of log Z and its error are not to be trusted`, {
    at: source, fix: 'train longer or with a larger flow; a target without an integral needs a --box LO,HI',
  })]
}

/** Draws that no part of the training has seen, weighed by the target. */
export async function appraise(
  client: JobStarter, folder: string, run: RunFile, { spec }: PreparedTarget, onEvent: (event: RunEvent) => void = () => undefined,
): Promise<Appraisal> {
  const { seed } = run.document.training
  const { logWeights } = await client.start('weigh', { ...modelOf(folder, run), target: spec, count: SAMPLES, seed }, onEvent).result
  const result = appraisal(logWeights, run.data.log_z ?? undefined)
  for (const issue of appraisalIssues(result, run.data.source)) onEvent({ type: 'notice', issue })
  return result
}
