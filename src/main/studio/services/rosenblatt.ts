/**
 * The exact triangular map of a run's own density beside what its flow has learned: both take the same points, and the
 * same grid, to the latent space.
 */
import { contextSize } from '../../../core/data/context.ts'
import { type RosenblattMap, type Window, rosenblattMap } from '../../../core/data/rosenblatt.ts'
import { isSynthetic, parseSynthetic } from '../../../core/data/synthetic/parse.ts'
import { bases } from '../../../core/flow/bases/index.ts'
import { eventSize } from '../../../core/flow/layer.ts'
import { type Result, accept, error, reject } from '../../../core/issues.ts'
import { mapsData } from '../../../core/objectives/shapes.ts'
import { pointwise } from '../../../core/targets/pointwise.ts'
import type { ResultOf } from '../../../shared/api.ts'
import type { RequestOf } from '../../../shared/requests.ts'
import { contextOf, modelOf } from '../model.ts'
import type { ReadyRun } from '../new-run.ts'
import { contextFor, rowsFor } from './asked-context.ts'
import { gridOver, tabulated, windowAround } from './density-table.ts'
import type { ServicesHost } from './host.ts'
import type { RunsService } from './runs.ts'
import { targetDraws } from './target-draws.ts'

/** Cells of a side: each is a hundredth of the width of what is seen of a target, or less. */
const CELLS = 256
const LINES = 17
const PER_LINE = 97
const SEED = 0

/** log p of points [n, 2], up to a constant. */
type Density = (points: Float64Array) => Float64Array

interface Known {
  /** Tells one density from another. */
  readonly name: string
  readonly density: Density
  /** Holds its mass, where that is known beforehand. */
  readonly window: Window | undefined
}

const missing = (run: string): Result<never> => reject(error('rosenblatt-density', 'the density of these data is not known, so that its map cannot be worked out', {
  at: run, fix: 'train on a synthetic target of two dimensions',
}))

/** The density that the run was trained on, of one class where its flow is asked about one. */
function densityOf({ run, data }: ReadyRun, given: RequestOf<'explore.rosenblatt'>['context']): Known | undefined {
  if (data.target !== undefined) {
    const { target, spec } = data.target
    const box = spec.box
    return {
      name: JSON.stringify([spec.source, spec.box]), density: pointwise((x) => target.logDensity(x), 2),
      window: box === undefined ? undefined : [box[0], box[1], box[0], box[1]],
    }
  }
  const choice = isSynthetic(data.source) ? parseSynthetic(data.source) : undefined
  if (choice?.ok !== true) return undefined
  const { target, options } = choice.value
  const [column] = contextOf(run)
  const index = column?.kind === 'class' ? Math.max(0, column.classes.indexOf(String(given?.[column.name] ?? column.classes[0]))) : undefined
  const at = index === undefined || target.classes === undefined ? target.logDensity(options) : target.classes.logDensity(index, options)
  return {
    name: JSON.stringify([data.source, index]), window: target.window,
    density: (points) => Float64Array.from({ length: points.length / 2 }, (_, i) => at(points[2 * i] as number, points[2 * i + 1] as number)),
  }
}

export class RosenblattService {
  readonly #host: ServicesHost
  readonly #runs: RunsService
  /** The last map: weights change while a run goes on, its density does not. */
  #last: { readonly name: string; readonly map: Promise<RosenblattMap> } | undefined

  constructor(host: ServicesHost, runs: RunsService) {
    this.#host = host
    this.#runs = runs
  }

  async answer({ project, run, count, context }: RequestOf<'explore.rosenblatt'>): Promise<Result<ResultOf['explore.rosenblatt']>> {
    const opened = await this.#runs.ready(project, run)
    if (!opened.ok) return opened
    const ready = opened.value
    const { design, training } = ready.run.document
    const maps = mapsData(training.objective, design.event, contextSize(contextOf(ready.run)))
    const known = maps && eventSize(design.event) === 2 ? densityOf(ready, context) : undefined
    if (known === undefined) return missing(run)
    const points = await this.#points(ready, count, context)
    if (!points.ok) return points
    const grid = gridOver(points.value, LINES, PER_LINE)
    const values = new Float32Array(points.value.length + grid.length)
    values.set(points.value)
    values.set(grid, points.value.length)
    const map = await this.#mapOf(known, values)
    const learned = await this.#learned(ready, values, context)
    if (!learned.ok) return learned
    return accept({
      count: points.value.length / 2, lines: 2 * LINES, perLine: PER_LINE, points: values,
      uniform: Float32Array.from(map.toUniform(values)), exact: Float32Array.from(map.toNormal(values)), learned: learned.value,
      base: bases[String(design.base['kind'])]?.title ?? 'Base',
    })
  }

  #model({ folder, run }: ReadyRun): ReturnType<typeof modelOf> {
    return { ...modelOf(folder, run), threads: this.#host.threads }
  }

  /** Held-out examples; where there are no data, draws of the flow by their importance weights. */
  async #points(ready: ReadyRun, count: number, context: RequestOf<'explore.rosenblatt'>['context']): Promise<Result<Float32Array>> {
    const { target } = ready.data
    if (target !== undefined) return accept(await targetDraws(this.#host.exploring(), this.#model(ready), target.spec, count, SEED))
    const found = rowsFor(ready, 'test', context)
    return found.ok ? accept(found.value.values.slice(0, 2 * Math.min(count, found.value.rows))) : found
  }

  #mapOf({ name, density, window }: Known, values: Float32Array): Promise<RosenblattMap> {
    const around = windowAround(values, window)
    const label = `${name} ${around.join()}`
    if (this.#last?.name === label) return this.#last.map
    const map = tabulated(density, around, CELLS).then((logDensity) => rosenblattMap(logDensity, around, CELLS))
    this.#last = { name: label, map }
    return map
  }

  async #learned(ready: ReadyRun, values: Float32Array, context: RequestOf<'explore.rosenblatt'>['context']): Promise<Result<Float32Array>> {
    const rows = values.length / 2
    const asked = contextFor(ready, context, rows)
    if (!asked.ok) return asked
    const { z } = await this.#host.exploring().start('density', {
      ...this.#model(ready), rows: { rows, values, ...asked.value }, seed: SEED, withLatents: true, ofFlow: true,
    }).result
    if (z === undefined) throw new Error('RosenblattService: the density came without latents')
    return accept(z)
  }
}
