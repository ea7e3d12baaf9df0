/** Looking into trained flows, all by the compiled programs in the compute process. */
import { eventSize } from '../../../core/flow/layer.ts'
import { contextSize } from '../../../core/data/context.ts'
import { dataEvent, mapsData } from '../../../core/objectives/shapes.ts'
import { type Issue, type Result, accept, error, reject } from '../../../core/issues.ts'
import type { ResultOf, TraceResult } from '../../../shared/api.ts'
import type { RequestOf } from '../../../shared/requests.ts'
import type { ComputeJobs, JobName, RowsMessage } from '../../../shared/compute-protocol.ts'
import type { JobStarter } from '../compute-client.ts'
import { contextOf, modelOf } from '../model.ts'
import type { ReadyRun } from '../new-run.ts'
import { contextsOf } from '../data-contexts.ts'
import { contextFor, rowsFor } from './asked-context.ts'
import type { ServicesHost } from './host.ts'
import type { RunsService } from './runs.ts'
import type { Work } from './work.ts'

/** D: numbers of one example of the data. */
const sizeOf = ({ run: { document } }: ReadyRun): number => eventSize(dataEvent(document.training.objective, document.design.event))

/** Why a run's data have no way through its flow; undefined where they have. */
function withoutWay({ run }: ReadyRun): Issue | undefined {
  const { design, training } = run.document
  return mapsData(training.objective, design.event, contextSize(contextOf(run))) ? undefined : error(
    'explore-no-way', 'the flow of this model bends the codes of an autoencoder: the data have no way through it', {
      at: 'run', fix: 'look at samples, codes, marginals and the ranking, which are of the whole model',
    })
}

/** Two seeds are enough: one for questions about data, and people choose the one of samples. */
const SEED = 0

export class ExploreService {
  readonly #host: ServicesHost
  readonly #runs: RunsService

  constructor(host: ServicesHost, runs: RunsService) {
    this.#host = host
    this.#runs = runs
  }

  #model(ready: ReadyRun): ReturnType<typeof modelOf> {
    return { ...modelOf(ready.folder, ready.run), threads: this.#host.threads }
  }

  /** One job of the exploring process that a window waits for. */
  #follow<J extends JobName>(work: Work, job: J, request: ComputeJobs[J]['request']): Promise<ComputeJobs[J]['result']> {
    return this.#host.work.follow(work, this.#host.exploring(), (client) => client.start(job, request).result)
  }

  /** log p on a grid of resolution × resolution points, rows from the bottom up. 2-D flows only. */
  async density({ project, run, box, resolution, context }: RequestOf<'explore.density'>): Promise<Result<ResultOf['explore.density']>> {
    const ready = await this.#runs.ready(project, run)
    if (!ready.ok) return ready
    if (sizeOf(ready.value) !== 2) return reject(error('density-dimension', 'a density can be drawn for 2-D flows', { at: run }))
    const [left, right, bottom, top] = box
    const values = new Float32Array(2 * resolution * resolution)
    for (let i = 0; i < resolution * resolution; i++) {
      values[2 * i] = left + ((right - left) * ((i % resolution) + 0.5)) / resolution
      values[2 * i + 1] = bottom + ((top - bottom) * (Math.floor(i / resolution) + 0.5)) / resolution
    }
    const asked = contextFor(ready.value, context, resolution * resolution)
    if (!asked.ok) return asked
    const rows = { rows: resolution * resolution, values, ...asked.value }
    const { logProb } = await this.#follow({ project, run, work: 'explore.density' }, 'density', { ...this.#model(ready.value), rows, seed: SEED, withLatents: false })
    return accept({ logProb })
  }

  async points({ project, run, part, count, context }: RequestOf<'explore.points'>): Promise<Result<ResultOf['explore.points']>> {
    const ready = await this.#runs.ready(project, run)
    if (!ready.ok) return ready
    const found = rowsFor(ready.value, part, context)
    if (!found.ok) return found
    const { rows, values } = found.value
    const shown = Math.min(count, rows)
    return accept({ values: values.slice(0, shown * sizeOf(ready.value)), count: shown })
  }

  async samples({ project, run, count, temperature, seed, context }: RequestOf<'explore.samples'>): Promise<Result<ResultOf['explore.samples']>> {
    const ready = await this.#runs.ready(project, run)
    if (!ready.ok) return ready
    // To be held against the data they are drawn for as many of each class as there are in it.
    const asked = context === 'data' ? accept({ context: contextsOf(ready.value.data.train, count) }) : contextFor(ready.value, context, count)
    if (!asked.ok) return asked
    const { x, z } = await this.#follow({ project, run, work: 'explore.samples' }, 'sample', { ...this.#model(ready.value), count, temperature, seed, ...asked.value })
    return accept({ x, z })
  }

  async trace({ project, run, direction, points, context }: RequestOf<'explore.trace'>): Promise<Result<TraceResult>> {
    const ready = await this.#runs.ready(project, run)
    if (!ready.ok) return ready
    const unmapped = withoutWay(ready.value)
    if (unmapped !== undefined) return reject(unmapped)
    const dimension = sizeOf(ready.value)
    if (points.length === 0 || points.length % dimension !== 0) {
      return reject(error('trace-points', `expected points of ${dimension} numbers, got ${points.length} numbers`, { at: run }))
    }
    const count = points.length / dimension
    const asked = contextFor(ready.value, context, count)
    if (!asked.ok) return asked
    const traced = await this.#host.exploring().start('trace', { ...this.#model(ready.value), direction, points, ...asked.value }).result
    const states = new Float32Array((traced.layers.length + 1) * count * dimension)
    traced.states.forEach((state, i) => { states.set(state, i * count * dimension) })
    const logDets = new Float32Array(traced.layers.length * count)
    traced.logDets.forEach((values, i) => { logDets.set(values, i * count) })
    return accept({ layers: traced.layers, count, dimension, states, out: traced.out, logDets, logProb: traced.logProb })
  }

  /** Examples made of latents: by the flow, or by the decoder of an autoencoder, whose codes they are. */
  async generate({ project, run, latents, context }: RequestOf<'explore.generate'>): Promise<Result<ResultOf['explore.generate']>> {
    const ready = await this.#runs.ready(project, run)
    if (!ready.ok) return ready
    const dimension = eventSize(ready.value.run.document.design.event)
    if (latents.length === 0 || latents.length % dimension !== 0) {
      return reject(error('generate-latents', `expected latents of ${dimension} numbers, got ${latents.length} numbers`, { at: run }))
    }
    const asked = contextFor(ready.value, context, latents.length / dimension)
    if (!asked.ok) return asked
    const { x } = await this.#host.exploring().start('generate', { ...this.#model(ready.value), z: latents, ...asked.value }).result
    return accept({ x })
  }

  /** Data by log p given their own context, the least likely first. */
  async rank({ project, run, part, count, context }: RequestOf<'explore.rank'>): Promise<Result<ResultOf['explore.rank']>> {
    const ready = await this.#runs.ready(project, run)
    if (!ready.ok) return ready
    const dimension = sizeOf(ready.value)
    const found = rowsFor(ready.value, part, context)
    if (!found.ok) return found
    const { indices, ...rows } = found.value
    const { logProb } = await this.#follow({ project, run, work: 'explore.rank' }, 'density', { ...this.#model(ready.value), rows, seed: SEED, withLatents: false })
    const order = Array.from(logProb.keys()).sort((a, b) => (logProb[a] as number) - (logProb[b] as number)).slice(0, count)
    const values = new Float32Array(order.length * dimension)
    order.forEach((row, i) => { values.set(rows.values.subarray(row * dimension, (row + 1) * dimension), i * dimension) })
    return accept({ indices: Int32Array.from(order, (row) => indices[row] as number), logProb: Float32Array.from(order, (row) => logProb[row] as number), values })
  }

  async certificate({ project, run, points }: RequestOf<'explore.certificate'>): Promise<Result<ResultOf['explore.certificate']>> {
    const ready = await this.#runs.ready(project, run)
    if (!ready.ok) return ready
    const unmapped = withoutWay(ready.value)
    if (unmapped !== undefined) return reject(unmapped)
    const count = Math.max(points, 1)
    const host = this.#host
    return host.work.follow({ project, run, work: 'explore.certificate' }, host.certifying(), async (client) => {
      const own = ready.value.data.target === undefined ? ready.value.data.test : await this.#drawn(client, ready.value, count)
      return this.#certified(client, ready.value, own, Math.min(count, own.rows))
    })
  }

  /** Where there are no data, what the flow itself draws. */
  async #drawn(client: JobStarter, ready: ReadyRun, count: number): Promise<RowsMessage> {
    const { x } = await client.start('sample', { ...this.#model(ready), count, temperature: 1, seed: SEED }).result
    return { rows: count, values: x }
  }

  async #certified(client: JobStarter, ready: ReadyRun, rows: RowsMessage, count: number): Promise<Result<ResultOf['explore.certificate']>> {
    const reply = await client.start('certificate', {
      ...this.#model(ready), points: rows.values.slice(0, count * sizeOf(ready)), context: contextsOf(rows, count),
    }).result
    return accept({ layers: reply.layers, flow: reply.flow })
  }
}
