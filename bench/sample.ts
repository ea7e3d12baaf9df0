/**
 * Times the sampler of autoregressive flows as it is exported: the ONNX file on ONNX Runtime, `--count` points a call.
 * Prints one JSON line a design, like the peers. `--design M-C,MS-C`, `--threads 2`, `--seconds 4`, `--count 1000`.
 */
import { parseArgs } from 'node:util'
import { assemble } from '../src/core/flow/flow.ts'
import { emitOnnx } from '../src/core/onnx/emit.ts'
import { generateProgram } from '../src/core/programs/generate.ts'
import { initialVectors } from '../src/core/programs/initialise.ts'
import { key, named, normals32 } from '../src/core/random.ts'
import { loadOnnxModel, onnxruntime } from '../src/engine/runtimes/onnxruntime.ts'
import { type BenchDesign, benchDesigns, flowOf } from './designs.ts'

const { values } = parseArgs({
  options: {
    design: { type: 'string' }, threads: { type: 'string', default: '2' }, seconds: { type: 'string', default: '4' },
    count: { type: 'string', default: '1000' },
  },
})
const chosen = values.design?.split(',')
const count = Number(values.count)

/** A new flow is the identity: weights that differ from it a little make the sampler do what a trained one does. */
const DEVIATION = 0.01
const LEAST_CALLS = 5

async function time(design: BenchDesign): Promise<Record<string, unknown>> {
  const assembled = assemble(flowOf(design))
  if (!assembled.ok) throw new Error(JSON.stringify(assembled.issues))
  const flow = assembled.value
  const { theta, buffers } = initialVectors(flow, key(1))
  const noise = normals32(named(key(1), 'weights'), theta.length)
  const trained = theta.map((value, i) => value + DEVIATION * (noise[i] as number))
  const started = performance.now()
  const bytes = emitOnnx(generateProgram(flow, { values: { theta: trained, buffers } }), { name: 'sampler' })
  const exported = performance.now()
  const model = await loadOnnxModel(bytes, { threads: Number(values.threads) })
  const loaded = performance.now()
  const z = { dtype: 'float', shape: [count, design.dimension], data: normals32(key(2), count * design.dimension) } as const
  await model.run({ z })
  const times: number[] = []
  for (const until = performance.now() + 1000 * Number(values.seconds); performance.now() < until || times.length < LEAST_CALLS;) {
    const began = performance.now()
    await model.run({ z })
    times.push(performance.now() - began)
  }
  await model.dispose()
  times.sort((a, b) => a - b)
  const quantile = (q: number): number => times[Math.round(q * (times.length - 1))] as number
  return {
    peer: 'flowsmith', design: design.name, median_ms: quantile(0.5), p10_ms: quantile(0.1), p90_ms: quantile(0.9),
    samples: count, calls: times.length, parameters: theta.length, export_ms: exported - started, load_ms: loaded - exported,
    versions: { node: process.version, onnxruntime: onnxruntime.version },
  }
}

for (const design of benchDesigns.filter(({ autoregressive }) => autoregressive === true)) {
  if (chosen !== undefined && !chosen.includes(design.name)) continue
  process.stdout.write(`${JSON.stringify(await time(design))}\n`)
}
