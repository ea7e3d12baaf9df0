/**
 * Times the compiled training step on ONNX Runtime: K steps in one call of about 100 ms, as a run makes them.
 * Prints one JSON line a design, like the peers. `--design A,B`, `--threads 2`, `--seconds 4`.
 */
import { parseArgs } from 'node:util'
import { checkOptions } from '../src/core/flow/options.ts'
import { assembleModel } from '../src/core/objectives/model.ts'
import { initialVectors } from '../src/core/programs/initialise.ts'
import { adam } from '../src/core/programs/optimizers/adam.ts'
import { trainStepProgram } from '../src/core/programs/train-step.ts'
import { integers, key, named, normals32 } from '../src/core/random.ts'
import { onnxruntime } from '../src/engine/runtimes/onnxruntime.ts'
import type { TensorData } from '../src/engine/runtimes/runtime.ts'
import { type BenchDesign, benchDesigns, flowOf } from './designs.ts'

const { values } = parseArgs({
  options: {
    design: { type: 'string' }, threads: { type: 'string', default: '2' }, seconds: { type: 'string', default: '4' },
  },
})
const threads = Number(values.threads)
const seconds = Number(values.seconds)
const chosen = values.design?.split(',')

const floats = (data: Float32Array, shape: readonly number[]): TensorData => ({ dtype: 'float', shape, data })

const quantile = (sorted: readonly number[], q: number): number => sorted[Math.round(q * (sorted.length - 1))] as number

async function time(design: BenchDesign): Promise<Record<string, unknown>> {
  const assembled = assembleModel({ design: flowOf(design), objective: { kind: 'maximum-likelihood', options: {} } })
  const options = checkOptions(adam.options, {}, '')
  if (!assembled.ok || !options.ok) throw new Error(JSON.stringify([assembled.issues, options.issues]))
  const model = assembled.value
  const { flow } = model
  const started = performance.now()
  const graph = trainStepProgram({
    model, batch: design.batch, optimizer: adam, optimizerOptions: options.value, clipNorm: 0,
  })
  const compiled = performance.now()
  const executable = await onnxruntime.load(graph, { threads })
  const loaded = performance.now()
  const body = graph.nodes.find(({ op }) => op === 'loop')?.attributes['body'] as typeof graph
  const seed = key(1)
  const { theta } = initialVectors(flow, seed)
  const rows = 16 * design.batch
  const data = floats(normals32(named(seed, 'data'), rows * design.dimension), [rows, design.dimension])
  const zeros = new Float32Array(theta.length)
  let state: Record<string, TensorData> = {
    theta: floats(theta, [theta.length]), 'optimizer.mean': floats(zeros, [theta.length]),
    'optimizer.variance': floats(zeros, [theta.length]), average: floats(theta, [theta.length]),
  }
  let step = 0
  const call = async (count: number): Promise<number> => {
    const scalars = new Float32Array(count * 3)
    for (let i = 0; i < count; i++) scalars.set([...adam.scalars(step + i + 1, 1e-3, options.value), 0.99], i * 3)
    const index = integers(named(seed, `rows${step}`), count * design.batch, rows)
    const began = performance.now()
    const out = await executable.run({
      ...state, data, scalars: floats(scalars, [count, 3]),
      count: { dtype: 'int', shape: [], data: BigInt64Array.of(BigInt(count)) },
      rows: { dtype: 'int', shape: [count, design.batch], data: BigInt64Array.from(index, BigInt) },
    })
    const elapsed = (performance.now() - began) / count
    state = Object.fromEntries(Object.keys(state).map((name) => [name, out[name] as TensorData]))
    step += count
    return elapsed
  }
  await call(1)
  const perStep = await call(10)
  const count = Math.max(1, Math.round(100 / perStep))
  await call(count)
  const times: number[] = []
  for (const until = performance.now() + 1000 * seconds; performance.now() < until || times.length < 5;) times.push(await call(count))
  await executable.dispose()
  times.sort((a, b) => a - b)
  return {
    peer: 'flowsmith', design: design.name, median_ms: quantile(times, 0.5), p10_ms: quantile(times, 0.1), p90_ms: quantile(times, 0.9),
    steps: step, parameters: theta.length, steps_per_call: count, nodes: body.nodes.length,
    compile_ms: compiled - started, load_ms: loaded - compiled, resident_mb: process.memoryUsage().rss / 2 ** 20,
    versions: { node: process.version, onnxruntime: onnxruntime.version },
  }
}

for (const design of benchDesigns) {
  if (chosen !== undefined && !chosen.includes(design.name)) continue
  process.stdout.write(`${JSON.stringify(await time(design))}\n`)
}
