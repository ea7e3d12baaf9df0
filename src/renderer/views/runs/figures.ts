/** Figures of runs, in the unit that is shown. */
import type { RunSummary } from '../../../shared/api.ts'
import { engineTitles, isEngineName } from '../../../shared/engines.ts'
import { floorOf } from '../train/measure.ts'
import { type Unit, factorOf, inUnit, showNats } from '../train/words.ts'

/** Mean −log p of the validation part at its best. */
export function bestOf(run: RunSummary, unit: Unit): number | undefined {
  return run.best === undefined ? undefined : inUnit(run.best.nll, unit, run)
}

/** Mean −log p of the test part, or the bits per dimension of the data where the studio has told them. */
export function testOf(run: RunSummary, unit: Unit): number | undefined {
  const { testNll, bitsPerDimension } = run
  if (testNll === undefined) return undefined
  return unit === 'bits' && bitsPerDimension !== undefined ? bitsPerDimension : inUnit(testNll, unit, run)
}

/** How far above what no model gets below, the entropy of the data or −log Z: of the test part, else of the validation. */
export function gapOf(run: RunSummary, unit: Unit): number | undefined {
  const nll = run.testNll ?? run.best?.nll
  const floor = floorOf(run)
  return nll === undefined || floor === undefined ? undefined : (nll - floor) * factorOf(unit, run.dimension)
}

/** `synthetic:moons?noise=0.1` as `moons, noise 0.1`, targets likewise; of a path, the name of the file. */
export function shortSource(source: string): string {
  if (source.startsWith('target:expression:')) return source.slice('target:expression:'.length)
  // A file may stand behind the name of a target.
  if (source.startsWith('target:')) return source.slice('target:'.length).replace(/:.*[\\/]/, ': ').replace('?', ', ').replaceAll('&', ', ').replaceAll('=', ' ')
  if (source.startsWith('synthetic:')) return source.slice('synthetic:'.length).replace('?', ', ').replaceAll('&', ', ').replaceAll('=', ' ')
  return source.split(/[\\/]/).at(-1) ?? source
}

const objectives: Readonly<Record<string, string>> = {
  'maximum-likelihood': 'Likelihood', 'reverse-kl': 'Reverse KL', elbo: 'Autoencoder', 'elbo-decoder': 'Flow decoder', adversarial: 'Adversarial',
}
/** What was minimised, in a word or two; one that this window does not know by its own name. */
export const shortObjective = (kind: string): string => objectives[kind] ?? kind

/** Of a run on a target density: what its importance weights say, with what each figure is. */
export function appraisalRows({ appraisal, logZ }: RunSummary): readonly { readonly name: string; readonly values: readonly string[]; readonly help: string }[] {
  if (appraisal === undefined) return []
  const { log_z_nats: estimate, log_z_standard_error: deviation, effective_sample_size: size, kl_to_target_nats: divergence, samples } = appraisal
  const known = typeof logZ === 'number' ? `; it is ${showNats(logZ)}` : '; it is not known'
  return [
    { name: 'log Z, estimated, nats', values: [`${showNats(estimate ?? undefined)}${deviation === null ? '' : ` ± ${deviation.toPrecision(2)}`}`], help: `By importance weights of ${samples.toLocaleString('en')} draws${known}` },
    ...(divergence === null ? [] : [{ name: 'KL to the target, nats', values: [showNats(divergence)], help: 'log Z − ELBO' }]),
    { name: 'Effective draws', values: [size === null ? '–' : `${((100 * size) / samples).toFixed(1)} %`], help: `Of ${samples.toLocaleString('en')}: how many draws of the target itself they are worth` },
  ]
}

/** `ONNX Runtime (CPU)` without what stands in brackets. */
export function shortEngine(engine: string): string {
  return isEngineName(engine) ? engineTitles[engine].replace(/ \(.*\)$/, '') : engine
}
