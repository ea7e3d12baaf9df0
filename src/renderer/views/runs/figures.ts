/** Figures of runs, in the unit that is shown. */
import type { RunSummary } from '../../../shared/api.ts'
import { engineTitles, isEngineName } from '../../../shared/engines.ts'
import { floorOf } from '../train/measure.ts'
import { type Unit, factorOf } from '../train/words.ts'

/** Mean −log p of the validation part at its best. */
export function bestOf({ best, dimension }: RunSummary, unit: Unit): number | undefined {
  return best === undefined ? undefined : best.nll * factorOf(unit, dimension)
}

/** Mean −log p of the test part, or the bits per dimension of the data where the studio has told them. */
export function testOf({ testNll, bitsPerDimension, dimension }: RunSummary, unit: Unit): number | undefined {
  if (testNll === undefined) return undefined
  return unit === 'bits' && bitsPerDimension !== undefined ? bitsPerDimension : testNll * factorOf(unit, dimension)
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

/** `ONNX Runtime (CPU)` without what stands in brackets. */
export function shortEngine(engine: string): string {
  return isEngineName(engine) ? engineTitles[engine].replace(/ \(.*\)$/, '') : engine
}
