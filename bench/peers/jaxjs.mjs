/**
 * jax-js (@jax-js/jax), the JAX for JavaScript: one jitted Adam step of RealNVP on its WebAssembly backend.
 *
 * The flow, the data and the timing are those of common.py and torch_eager.py; designs A, B and C only.
 * Every array is reference-counted: a use consumes it, `.ref` keeps it for another use.
 *
 * The package is not a dependency. Install it anywhere and name that folder:
 *   npm --prefix DIR install @jax-js/jax@0.1.25 && node bench/peers/jaxjs.mjs --prefix DIR
 * Exit status 3 where it is absent.
 */
import { createRequire } from 'node:module'
import { loadavg } from 'node:os'
import { join, resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { provideWebWorkers } from './jaxjs-workers.mjs'

const COUPLINGS = 8
const LEARNING_RATE = 1e-3
const BATCH_POOL = 16
const BLOCK_MS = 50
const WARM_UP_MS = 1000
const WARM_UP_STEPS = 5
const MIN_BLOCKS = 5
const EXIT_ABSENT = 3
/** Processes that wanted a processor in the last minute, before this one did. */
const LOAD_BEFORE = loadavg()[0]

const DESIGNS = {
  A: { dim: 2, hidden: 64, batch: 256 },
  B: { dim: 2, hidden: 128, batch: 512 },
  C: { dim: 64, hidden: 256, batch: 512 },
}

const { values: options } = parseArgs({
  options: {
    design: { type: 'string', default: 'all' },
    threads: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '4' },
    prefix: { type: 'string' },
  },
})

/** Imports the package from `--prefix`, or from where this file finds it, or ends the process with one line. */
async function load() {
  try {
    const folder = options.prefix === undefined ? import.meta.dirname : resolve(options.prefix)
    const base = pathToFileURL(join(folder, 'peer.mjs'))
    const entry = createRequire(base).resolve('@jax-js/jax')
    const jax = await import(pathToFileURL(entry).href)
    const version = createRequire(base)(join(entry, '..', '..', 'package.json')).version
    return { jax, version }
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND' && error.code !== 'ERR_MODULE_NOT_FOUND') throw error
    console.error('skipped: @jax-js/jax cannot be imported (install it and give its folder as --prefix)')
    process.exit(EXIT_ABSENT)
  }
}

/** Uniform numbers in [−bound, bound] from a small seeded generator (mulberry32): the values only have to be varied. */
function generator(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** Standard normal rows by Box and Muller, float32. */
function normalRows(uniform, count) {
  return Float32Array.from({ length: count }, () =>
    Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()))
}

/** Weights [in, out] and biases [out] of every conditioner, uniform in ±1/√in; the last layer starts at zero. */
function initialParameters(np, design) {
  const uniform = generator(1)
  const linear = (inputs, outputs, bound) => [inputs * outputs, outputs].map((size, index) => {
    const data = Float32Array.from({ length: size }, () => (2 * uniform() - 1) * bound)
    return np.array(data).reshape(index === 0 ? [inputs, outputs] : [outputs])
  })
  const half = design.dim / 2
  return Array.from({ length: COUPLINGS }, () => [
    linear(half, design.hidden, half ** -0.5),
    linear(design.hidden, design.hidden, design.hidden ** -0.5),
    linear(design.hidden, design.dim, 0),
  ])
}

/** The mean negative log-likelihood of x [N, D], nats, as a function of the parameters and x (both consumed). */
function lossOf({ numpy: np, nn }, design) {
  const half = design.dim / 2
  const constant = 0.5 * design.dim * Math.log(2 * Math.PI)
  const condition = (layers, x) => layers.reduce((value, [weight, bias], index) => {
    const sum = np.matmul(value, weight).add(bias)
    return index < layers.length - 1 ? nn.relu(sum) : sum
  }, x)
  return (parameters, x) => {
    let [kept, changed] = np.split(x, 2, 1)
    let total = null
    for (const layers of parameters) {
      const [shift, raw] = np.split(condition(layers, kept.ref), [half], 1)
      const logScale = np.tanh(raw.mul(0.5)).mul(2)
      const next = changed.mul(np.exp(logScale.ref)).add(shift)
      total = total === null ? logScale : total.add(logScale)
      changed = kept
      kept = next
    }
    const energy = np.square(kept).add(np.square(changed)).mul(0.5).sub(total)
    return energy.sum().mul(1 / design.batch).add(constant)
  }
}

/** One Adam step, jitted: (parameters, first moments, second moments, x, 1/(1 − β₁ᵗ), 1/(1 − β₂ᵗ)) to the next ones. */
function adamStep(jax, design) {
  const { numpy: np, tree } = jax
  const lossAndGradient = jax.valueAndGrad(lossOf(jax, design))
  return jax.jit((parameters, first, second, x, unbias1, unbias2) => {
    const [loss, gradient] = lossAndGradient(tree.ref(parameters), x)
    const nextFirst = tree.map((m, g) => m.mul(0.9).add(g.mul(0.1)), first, tree.ref(gradient))
    const nextSecond = tree.map((v, g) => v.mul(0.999).add(np.square(g).mul(0.001)), second, gradient)
    const next = tree.map(
      (p, m, v) => p.sub(m.mul(unbias1.ref).mul(LEARNING_RATE).div(np.sqrt(v.mul(unbias2.ref)).add(1e-8))),
      parameters, tree.ref(nextFirst), tree.ref(nextSecond),
    )
    unbias1.dispose()
    unbias2.dispose()
    return [next, nextFirst, nextSecond, loss]
  })
}

/** A design ready to be timed: `run` makes one step, waits for it, and resolves to its loss. */
function prepare(jax, design, sync) {
  const { numpy: np, tree } = jax
  const uniform = generator(20)
  const batches = Array.from({ length: BATCH_POOL }, () =>
    np.array(normalRows(uniform, design.batch * design.dim)).reshape([design.batch, design.dim]))
  const step = adamStep(jax, design)
  let parameters = initialParameters(np, design)
  const count = tree.leaves(parameters).reduce((sum, leaf) => sum + leaf.size, 0)
  let first = tree.map((p) => np.zeros(p.shape), parameters)
  let second = tree.map((p) => np.zeros(p.shape), parameters)
  let steps = 0
  const run = async () => {
    const x = batches[steps % BATCH_POOL].ref
    steps += 1
    const unbias = [0.9, 0.999].map((beta) => np.array(1 / (1 - beta ** steps)))
    let loss
    ;[parameters, first, second, loss] = step(parameters, first, second, x, ...unbias)
    if (sync) return loss.dataSync()[0]
    await jax.blockUntilReady([parameters, first, second])
    return (await loss.data())[0]
  }
  return { run, count }
}

/** Milliseconds per step: median, 10th and 90th percentile over blocks of steps, after a warm-up that compiles. */
async function timeSteps(run, milliseconds) {
  let fastest = Infinity
  let began = performance.now()
  await run()
  for (let step = 0; step < WARM_UP_STEPS || performance.now() - began < WARM_UP_MS; step += 1) {
    const start = performance.now()
    await run()
    fastest = Math.min(fastest, performance.now() - start)
  }
  const perBlock = Math.max(1, Math.ceil(BLOCK_MS / fastest))
  const times = []
  let loss = NaN
  began = performance.now()
  while (performance.now() - began < milliseconds || times.length < MIN_BLOCKS) {
    const start = performance.now()
    for (let step = 0; step < perBlock; step += 1) loss = await run()
    times.push((performance.now() - start) / perBlock)
  }
  times.sort((a, b) => a - b)
  const [p10, median, p90] = [0.1, 0.5, 0.9].map((fraction) => quantile(times, fraction))
  return { median, p10, p90, steps: times.length * perBlock, loss }
}

/** The quantile of sorted numbers, linear between neighbours. */
function quantile(sorted, fraction) {
  const at = fraction * (sorted.length - 1)
  const low = Math.floor(at)
  const high = Math.min(low + 1, sorted.length - 1)
  return sorted[low] + (at - low) * (sorted[high] - sorted[low])
}

async function main() {
  const names = options.design === 'all' ? Object.keys(DESIGNS) : options.design.split(',')
  const unknown = names.filter((name) => !(name in DESIGNS))
  if (unknown.length > 0) {
    console.error(`unknown design ${unknown.join(', ')}: expected ${Object.keys(DESIGNS).join(', ')} or all`)
    process.exit(2)
  }
  provideWebWorkers(Number(options.threads))
  const { jax, version } = await load()
  await jax.init('wasm')
  jax.defaultDevice('wasm')
  for (const name of names) {
    const forms = {}
    let best = null
    for (const form of ['one thread', 'workers']) {
      const { run, count } = prepare(jax, DESIGNS[name], form === 'one thread')
      const timing = await timeSteps(run, Number(options.seconds) * 1000)
      forms[form] = round(timing.median)
      if (best === null || timing.median < best.timing.median) best = { form, timing, count }
    }
    report(name, best, forms, version)
  }
}

function report(design, { form, timing, count }, forms, version) {
  console.log(JSON.stringify({
    peer: 'jax-js',
    design,
    median_ms: round(timing.median),
    p10_ms: round(timing.p10),
    p90_ms: round(timing.p90),
    steps: timing.steps,
    versions: { node: process.versions.node, '@jax-js/jax': version },
    parameters: count,
    loss: Number.isFinite(timing.loss) ? round(timing.loss) : null,
    load_before: round(LOAD_BEFORE),
    form,
    forms,
  }))
}

const round = (value) => Math.round(value * 1e4) / 1e4

await main()
process.exit(0)
