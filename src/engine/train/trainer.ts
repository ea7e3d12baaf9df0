/**
 * One training run: programs are compiled once, then calls of about 100 ms until the steps are done. Everything that
 * decides the result happens at fixed steps (the boundaries), never by the clock: a run that was killed and resumed
 * ends where the uninterrupted one ends, bit for bit.
 */
import type { Flow } from '../../core/flow/flow.ts'
import { checkOptions } from '../../core/flow/options.ts'
import { type Training, averageDecayAt, scheduleOf } from '../../core/design/training.ts'
import { type Issue, IssueError, type Result, error, warning } from '../../core/issues.ts'
import { type Model, assembleModel, modelNoises, normalizesData } from '../../core/objectives/model.ts'
import { evaluationProgram } from '../../core/programs/evaluation.ts'
import { optimizers } from '../../core/programs/optimizers/adam.ts'
import type { OptimizerDefinition } from '../../core/programs/optimizers/optimizer.ts'
import { noiseInput } from '../../core/programs/program.ts'
import { learningRateAt } from '../../core/programs/schedule.ts'
import { traceProgram } from '../../core/programs/trace.ts'
import { scalarNames, stateNames, trainStepProgram } from '../../core/programs/train-step.ts'
import { drawTraceProgram } from '../../core/programs/weigh.ts'
import { type Key, key, named } from '../../core/random.ts'
import type { Graph } from '../../core/ir/graph.ts'
import type { Options } from '../../core/flow/options.ts'
import { makeTarget } from '../../core/targets/index.ts'
import type { TrainRequest } from '../../shared/compute-protocol.ts'
import type { Executable, Runtime, TensorData } from '../runtimes/runtime.ts'
import { Batches, stepNoise } from './batches.ts'
import type { Vectors } from './checkpoint.ts'
import { firstVectors } from './first-vectors.ts'
import { type Rows, contextSizeOf, evaluated, exampleInputs, heldRows, meanNll, parameterInputs, runDensity, vector } from './rows.ts'

/** Draws from the flow that stand for a validation part where there are no data. */
const VALIDATION_DRAWS = 20_000
/** Examples whose log-determinants are told layer by layer. */
const TRACED_ROWS = 512

export interface StepResults {
  readonly vectors: Vectors
  /** One number a step. */
  readonly loss: Float32Array
  readonly norm: Float32Array
  readonly applied: Float32Array
}

/** The compiled programs of one run and the data they work on. */
export class Trainer {
  readonly flow: Flow
  readonly training: Training
  readonly #model: Model
  readonly #request: TrainRequest
  readonly #key: Key
  readonly #optimizer: OptimizerDefinition
  readonly #optimizerOptions: Options
  readonly #batches: Batches
  readonly #held: Rows
  readonly #runtime: Runtime
  #step: Executable | undefined
  #density: { graph: Graph; executable: Executable } | undefined
  #unconverged: readonly Issue[] = []
  #trace: { graph: Graph; executable: Executable } | undefined

  constructor(request: TrainRequest, runtime: Runtime) {
    const { document, train } = request
    this.#request = request
    this.#runtime = runtime
    this.training = document.training
    this.#model = unwrap(assembleModel({
      design: document.design, objective: this.training.objective, contextSize: contextSizeOf(train),
      target: request.target === undefined ? undefined : unwrap(makeTarget(request.target)),
    }))
    this.flow = this.#model.flow
    this.#key = key(this.training.seed)
    const { kind, options } = this.training.optimizer
    this.#optimizer = optimizers[kind] as OptimizerDefinition
    this.#optimizerOptions = unwrap(checkOptions(this.#optimizer.options, options, 'training.optimizer'))
    this.#held = this.onTarget ? { rows: VALIDATION_DRAWS, values: new Float32Array(0) } : heldRows(this.#model, request.validation)
    this.#batches = new Batches(named(this.#key, 'batches'), train.rows, this.training.batch)
  }

  /** Whether a target density is fitted, and no data. */
  get onTarget(): boolean {
    return !this.#model.objective.takesData
  }

  /** Length of each vector of the state. */
  get sizes(): Readonly<Record<string, number>> {
    const { parameterCount, bufferCount } = this.flow.table
    return Object.fromEntries(stateNames(this.flow, this.#optimizer).map((name) =>
      [name, name === 'buffers' ? bufferCount : parameterCount]))
  }

  /** Compiles the programs. */
  async compile(): Promise<void> {
    const options = this.#request.threads === undefined ? {} : { threads: this.#request.threads }
    this.#step = await this.#runtime.load(trainStepProgram({
      model: this.#model, batch: this.training.batch,
      optimizer: this.#optimizer, optimizerOptions: this.#optimizerOptions, clipNorm: this.training.clipNorm,
    }), options)
    const graph = evaluationProgram(this.#model, { residuals: true })
    this.#density = { graph, executable: await this.#runtime.load(graph, options) }
    if (!this.onTarget && !normalizesData(this.#model)) return
    const trace = this.onTarget ? drawTraceProgram(this.#model) : traceProgram(this.flow, 'normalize')
    this.#trace = { graph: trace, executable: await this.#runtime.load(trace, options) }
  }

  async firstVectors(): Promise<Vectors> {
    const { theta, buffers } = await firstVectors(this.#model, this.#runtime, this.#request.train, this.#key)
    const bad = theta.findIndex((value) => !Number.isFinite(value))
    if (bad >= 0) {
      const owner = this.flow.table.parameters.find(({ offset, size }) => bad >= offset && bad < offset + size)
      throw new IssueError([error('initialisation-not-finite', `the first values of ${owner?.path ?? 'a parameter'} are not finite`, {
        at: owner?.path ?? 'design', fix: 'check the range of the data: a standardize or logit layer before this one may be missing',
      })])
    }
    return Object.fromEntries(Object.entries(this.sizes).map(([name, size]) => [
      name, name === 'buffers' ? buffers : name === 'theta' || name === 'average' ? theta.slice() : new Float32Array(size),
    ]))
  }

  /** Runs steps `first` … `first + count − 1` (counted from 0). */
  async steps(vectors: Vectors, first: number, count: number, rateFactor: number): Promise<StepResults> {
    if (this.#step === undefined) throw new Error('Trainer: compile before stepping')
    const { train } = this.#request
    const { objective, dataEvent, contextSize } = this.#model
    const inputs: Record<string, TensorData> = {
      count: { dtype: 'int', shape: [], data: BigInt64Array.of(BigInt(count)) },
      scalars: this.#scalars(first, count, rateFactor),
    }
    for (const [name, data] of Object.entries(vectors)) inputs[name] = vector(data)
    if (objective.takesData) {
      inputs['data'] = { dtype: 'float', shape: [train.rows, ...dataEvent], data: train.values }
      inputs['rows'] = this.#batches.rows(first, count)
      if (train.context !== undefined) inputs['context'] = { dtype: 'float', shape: [train.rows, contextSize], data: train.context }
    }
    const noiseKey = named(this.#key, 'training')
    for (const noise of modelNoises(this.#model, 'training')) {
      inputs[noiseInput(noise)] = stepNoise(noiseKey, noise, first, count, this.training.batch)
    }
    const out = await this.#step.run(inputs)
    const take = (name: string): Float32Array => out[name]?.data as Float32Array
    return {
      vectors: Object.fromEntries(Object.keys(vectors).map((name) => [name, take(name)])),
      loss: take('loss'), norm: take('gradient_norm'), applied: take('applied'),
    }
  }

  #scalars(first: number, count: number, rateFactor: number): TensorData {
    const { objective, site } = this.#model
    const width = scalarNames(this.#model, this.#optimizer).length
    const data = new Float32Array(count * width)
    for (let i = 0; i < count; i++) {
      const step = first + i + 1
      const rate = this.rateAt(step) * rateFactor
      data.set([
        ...this.#optimizer.scalars(step, rate, this.#optimizerOptions), averageDecayAt(this.training, step),
        ...objective.scalars?.(site.options, step, this.training.steps) ?? [],
      ], i * width)
    }
    return { dtype: 'float', shape: [count, width], data }
  }

  rateAt(step: number): number {
    return learningRateAt(scheduleOf(this.training), step)
  }

  /**
   * Mean −log p (or the bound on it) of the validation part under the averaged weights, in nats; of a target −ELBO, over
   * the same draws each time.
   */
  async validate(vectors: Vectors): Promise<number> {
    if (this.#density === undefined) throw new Error('Trainer: compile before validating')
    const { logProb, unconverged } = await runDensity({
      model: this.#model, program: this.#density, vectors: evaluated(vectors), rows: this.#held,
      key: named(this.#key, 'validation'),
    })
    this.#unconverged = unconverged
    return meanNll(logProb)
  }

  /** Layers whose iteration did not converge at the last validation. */
  get unconverged(): readonly Issue[] {
    return this.#unconverged
  }

  /**
   * Mean log|det| of each layer over a few validation examples, or draws where a target is fitted, in nats, by the layer's
   * path; none where the flow never sees the data, as in an autoencoder.
   */
  async layerLogDets(vectors: Vectors): Promise<Record<string, number> | undefined> {
    if (this.#trace === undefined) return undefined
    const held = this.#held
    const count = Math.min(held.rows, TRACED_ROWS)
    const out = await this.#trace.executable.run({
      ...parameterInputs(this.#trace.graph, evaluated(vectors)),
      ...exampleInputs(this.#trace.graph, this.#model, held, 0, count, named(this.#key, 'validation')),
    })
    return Object.fromEntries(this.flow.layers.map(({ site }) => {
      const values = out[`log_det.${site.path}`]?.data as Float32Array
      return [site.path, values.reduce((sum, value) => sum + value, 0) / count]
    }))
  }

  async dispose(): Promise<void> {
    await this.#step?.dispose()
    await this.#trace?.executable.dispose()
    await this.#density?.executable.dispose()
  }
}

function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new IssueError(result.issues)
  return result.value
}

/** Said when a run goes back to its last good checkpoint. */
export function returnedNotice(step: number, skipped: number, factor: number): Issue {
  return warning('returned-to-checkpoint', `${skipped} of the last steps were not finite: back to the checkpoint before them, with the learning rate times ${factor}`, {
    at: `step ${step}`, fix: 'a lower learning rate, a smaller clip norm or tighter bounds on the log-scales keep it from happening',
  })
}
