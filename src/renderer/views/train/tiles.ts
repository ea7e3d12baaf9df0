/** The figures at the top of the Train view. */
import type { RunSummary } from '../../../shared/api.ts'
import type { Progress } from '../../../shared/run-events.ts'
import { type Curves, smooth } from './curves.ts'
import type { Tile } from './MetricTiles.vue'
import { type Unit, factorOf, isActive, showNats, unitNames } from './words.ts'

/** Weight of the past in the figure of the training: one record is the mean of few batches, and jumps. */
const CALM = 0.9

export function metricTiles(run: RunSummary, curves: Curves, progress: Progress | undefined, unit: Unit): readonly Tile[] {
  const factor = factorOf(unit, run.dimension)
  const name = unitNames[unit]
  const scaled = (value: number | undefined): string => showNats(value === undefined ? undefined : value * factor)
  const validation = curves.validation.at(-1)
  const best = curves.best
  const parameters = { name: 'Parameters', value: run.parameters.toLocaleString('en') }
  const test: readonly Tile[] = run.testNll === undefined || isActive(run.state) ? [] : [{
    name: 'Test NLL', value: scaled(run.testNll), unit: name, testid: 'metric-test-nll',
    detail: run.entropy === null ? undefined : `gap ${showNats((run.testNll - run.entropy) * factor)}`,
  }]
  return [
    { name: 'Train NLL', value: scaled(smooth(curves.train, CALM).at(-1)?.[1] ?? progress?.loss), unit: name, tone: 'train', testid: 'metric-train-nll' },
    { name: 'Validation NLL', value: scaled(validation?.[1]), unit: name, tone: 'validation', testid: 'metric-validation-nll' },
    { name: 'Best validation', value: scaled(best?.[1]), unit: name, detail: best === undefined ? undefined : `step ${best[0].toLocaleString('en')}` },
    ...(run.entropy === null ? [] : [{ name: 'Entropy', value: scaled(run.entropy), unit: name, detail: best === undefined || test.length > 0 ? undefined : `gap ${showNats((best[1] - run.entropy) * factor)}` }]),
    ...test,
    parameters,
  ]
}
