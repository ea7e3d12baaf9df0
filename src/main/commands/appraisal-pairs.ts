/** The figures of a fit to a target density for people, names and values. */
import type { RunFile } from '../studio/run-file.ts'
import type { Appraisal } from '../../shared/appraisal.ts'
import { count, nats } from '../../shared/numbers.ts'

const shown = (value: number | null): string => (value === null ? 'not finite' : nats(value).replace('-', '−'))

/** `± 0.0012` where the error is known. */
const around = (error: number | null): string => (error === null ? '' : ` ± ${nats(error)}`)

export function appraisalPairs({ data: { log_z: logZ } }: RunFile, result: Appraisal): [string, string][] {
  const { elbo_nats: elbo, log_z_nats: estimate, effective_sample_size: size, kl_to_target_nats: kl, samples } = result
  return [
    ['ELBO', `${shown(elbo)}${around(result.elbo_standard_error)} nats, over ${count(samples)} draws`],
    ['log Z', `${shown(estimate)}${around(result.log_z_standard_error)} nats, estimated by importance weights`],
    ...(logZ === undefined || logZ === null ? [] : [['exactly', `${shown(logZ)} nats`] satisfies [string, string]]),
    ['effective size', size === null ? 'no draw has any weight' : `${count(Math.round(size))} of ${count(samples)} draws`],
    ...(kl === null ? [] : [['KL(q ‖ p)', `${shown(kl)}${around(result.elbo_standard_error)} nats`] satisfies [string, string]]),
  ]
}
