/** The figures at the top of the Train view. */
import type { RunSummary } from '../../../shared/api.ts'
import type { Progress } from '../../../shared/run-events.ts'
import { type Curves, smooth } from './curves.ts'
import { floorOf, measureOf } from './measure.ts'
import type { Tile } from './MetricTiles.vue'
import { type Unit, factorOf, inUnit, isActive, showNats, showShare, unitNames } from './words.ts'

/** Weight of the past in the figure of the training: one record is the mean of few batches, and jumps. */
const CALM = 0.9

export function metricTiles(run: RunSummary, curves: Curves, progress: Progress | undefined, unit: Unit): readonly Tile[] {
  const factor = factorOf(unit, run.dimension)
  const name = unitNames[unit]
  const measure = measureOf(run.objective)
  const scaled = (value: number | undefined): string => showNats(value === undefined ? undefined : inUnit(value, unit, run))
  const validation = curves.validation.at(-1)
  const best = curves.best
  const floor = floorOf(run)
  const test: readonly Tile[] = run.testNll === undefined || run.appraisal !== undefined || isActive(run.state) ? [] : [{
    name: `Test ${measure.short}`, value: scaled(run.testNll), unit: name, testid: 'metric-test-nll',
    detail: floor === undefined ? undefined : `gap ${showNats((run.testNll - floor) * factor)}`,
  }]
  const gap = best === undefined || floor === undefined || test.length > 0 ? undefined : `gap ${showNats((best[1] - floor) * factor)}`
  return [
    { name: measure.train, value: scaled(smooth(curves.train, CALM).at(-1)?.[1] ?? progress?.loss), unit: name, tone: 'train', testid: 'metric-train-nll', help: measure.trainNote },
    { name: measure.held, value: scaled(validation?.[1]), unit: name, tone: 'validation', testid: 'metric-validation-nll' },
    { name: 'Best', value: scaled(best?.[1]), unit: name, detail: best === undefined ? undefined : `step ${best[0].toLocaleString('en')}` },
    ...(floor === undefined ? [] : [{ name: measure.floor, value: scaled(floor), unit: name, detail: gap }]),
    ...test,
    ...(isActive(run.state) ? [] : [...appraised(run), ...told(run)]),
    { name: 'Parameters', value: run.parameters.toLocaleString('en') },
  ]
}

/** How well the classes are told apart by a flow that is given them. */
function told({ classes }: RunSummary): readonly Tile[] {
  if (classes === undefined) return []
  return [{
    name: 'Classes told right', value: showShare(classes.accuracy), testid: 'metric-accuracy', detail: `${showNats(classes.crossEntropy)} nats`,
    help: 'By Bayes’ rule from the densities of the classes, on the test part; beside it the cross-entropy',
  }]
}

/** How close a flow came to its target, by importance weights. */
function appraised({ appraisal, logZ }: RunSummary): readonly Tile[] {
  if (appraisal === undefined) return []
  const { log_z_nats: estimate, log_z_standard_error: deviation, effective_sample_size: size, samples, kl_to_target_nats: divergence } = appraisal
  const share = size === null ? '–' : `${((100 * size) / samples).toFixed(1)} %`
  return [
    {
      name: 'log Z, estimated', value: showNats(estimate ?? undefined), unit: 'nats', testid: 'metric-log-z',
      detail: deviation === null ? undefined : `± ${deviation.toPrecision(2)}`, help: `By importance weights of ${samples.toLocaleString('en')} draws${typeof logZ === 'number' ? `; it is ${showNats(logZ)}` : ''}`,
    },
    ...(divergence === null ? [] : [{ name: 'KL to the target', value: showNats(divergence), unit: 'nats', testid: 'metric-kl' }]),
    { name: 'Effective draws', value: share, detail: `of ${samples.toLocaleString('en')}`, help: 'How many draws of the target itself the weighted draws of the flow are worth' },
  ]
}
