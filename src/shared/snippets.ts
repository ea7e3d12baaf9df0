/** Programs that load the exported models and use them, in Python and in JavaScript, ready to be run beside the files. */
import { type ContextEncoding, contextSize } from '../core/data/context.ts'
import type { FlowDesign } from '../core/flow/design.ts'
import type { PartChoice } from '../core/flow/options.ts'
import { type Result, accept } from '../core/issues.ts'
import { assembleModel, modelNoises } from '../core/objectives/model.ts'
import { flowNoises, noiseInput } from '../core/programs/program.ts'
import { javaScriptContext, pythonContext } from './snippet-context.ts'
import { javaScriptDraw, javaScriptNormal, pythonDraw } from './snippet-draws.ts'

export interface ModelFacts {
  /** Shape of one example. */
  readonly event: readonly number[]
  readonly columns: readonly string[]
  /** D */
  readonly size: number
  /** Kind of the base; `gaussian, full` of a full covariance, `gaussian-mixture, by class` of weights by the context. */
  readonly base: string
  /** Whether report.json says what is to be known of it. */
  readonly learned: boolean
  /** Whether log p is a bound, by draws of a posterior: then the density has no z, and the sampler gives a decoder's mean. */
  readonly bound: boolean
  /** How the input `context` is made; empty of a flow without. */
  readonly context: ContextEncoding
  /** Inputs of the density model beside x. */
  readonly noises: readonly { readonly name: string; readonly shape: readonly number[]; readonly distribution: 'uniform' | 'normal' }[]
}

const LIKELIHOOD: PartChoice = { kind: 'maximum-likelihood', options: {} }

export function factsOf(
  design: FlowDesign, columns: readonly string[], context: ContextEncoding = [], trainedBy: PartChoice = LIKELIHOOD,
): Result<ModelFacts> {
  const assembled = assembleModel({ design, objective: trainedBy, contextSize: contextSize(context) })
  if (!assembled.ok) return assembled
  const model = assembled.value
  const { flow, objective, dataEvent } = model
  const { definition, site } = flow.base
  const standard = objective.generator?.prior === 'standard'
  const full = site.options['learned'] === true && site.options['covariance'] === 'full'
  const byClass = site.options['weights'] === 'context'
  return accept({
    event: dataEvent, columns, context, size: flow.size, bound: objective.likelihood === 'bound',
    base: standard ? 'gaussian' : `${definition.kind}${full ? ', full' : byClass ? ', by class' : ''}`,
    learned: !standard && (definition.parameters(site).length > 0 || definition.kind === 'student-t'),
    noises: (objective.takesData ? modelNoises(model, 'evaluation') : flowNoises(flow)).map((noise) => ({ name: noiseInput(noise), shape: noise.shape, distribution: noise.distribution })),
  })
}

const SHOWN_COLUMNS = 8
function columnWords({ columns }: ModelFacts): string {
  if (columns.length === 0) return ''
  return columns.length <= SHOWN_COLUMNS ? `: ${columns.join(', ')}` : `: ${columns.slice(0, SHOWN_COLUMNS).join(', ')}, … (${columns.length})`
}
const lines = (...list: readonly (string | false)[]): string => `${list.filter((line) => line !== false).join('\n')}\n`

const WAY = {
  flow: 'samples: z is drawn from the base, x comes back in the units of the data',
  decoder: 'codes are drawn from their prior; x is the mean that the decoder gives, in the units of the data',
} as const

export function pythonSnippet(facts: ModelFacts): string {
  const { event, noises, learned, context, bound } = facts
  const conditional = context.length > 0
  const inputs = [
    '"x": x', ...(conditional ? ['"context": context_of(len(x), given)'] : []),
    ...noises.map(({ name }, i) => `"${name}": noise${i === 0 ? '' : i + 1}`),
  ]
  return lines(
    '# pip install numpy onnxruntime',
    (learned || conditional) && 'import json',
    'import numpy as np',
    'import onnxruntime as ort',
    '',
    'rng = np.random.default_rng(0)',
    '',
    ...pythonContext(context),
    `# ${bound ? 'A lower bound on log' : 'log'} p(${conditional ? 'x | c' : 'x'}) in nats. x is float32 [N, ${event.join(', ')}], in the units of the data${columnWords(facts)}`,
    'density = ort.InferenceSession("density.onnx")',
    `x = np.zeros((4, ${event.join(', ')}), dtype=np.float32)  # your data`,
    ...noises.map(({ shape, distribution }, i) => {
      const size = `(len(x), ${shape.join(', ')})`
      return `noise${i === 0 ? '' : i + 1} = ${distribution === 'uniform' ? `rng.random(${size}, dtype=np.float32)` : `rng.standard_normal(${size}, dtype=np.float32)`}  # ${bound ? 'draws of the posterior' : 'a draw: average log p over several'}`
    }),
    `${bound ? '(log_prob,) = density.run(["log_prob"]' : 'z, log_prob = density.run(["z", "log_prob"]'}, {${inputs.join(', ')}})`,
    'print(log_prob)',
    '',
    `# ${WAY[bound ? 'decoder' : 'flow']}`,
    'sampler = ort.InferenceSession("sampler.onnx")',
    'count = 1000',
    ...pythonDraw(facts),
    `(samples,) = sampler.run(["x"], {"z": z.astype(np.float32)${conditional ? ', "context": context_of(count, given)' : ''}})`,
    'print(samples.mean(axis=0))',
  )
}

export function javaScriptSnippet(facts: ModelFacts): string {
  const { event, size, noises, learned, context, bound } = facts
  const conditional = context.length > 0
  const inputs = ['x', ...(conditional ? ['context: contextOf(4, given)'] : []), ...noises.map(({ name }, i) => `'${name}': noise${i === 0 ? '' : i + 1}`)]
  return lines(
    '// npm install onnxruntime-node, then run this as a .mjs file',
    (learned || conditional) && "import { readFileSync } from 'node:fs'",
    "import ort from 'onnxruntime-node'",
    '',
    "const tensor = (shape, value) => new ort.Tensor('float32', Float32Array.from({ length: shape.reduce((a, b) => a * b) }, value), shape)",
    '',
    ...javaScriptContext(context),
    `// ${bound ? 'A lower bound on log' : 'log'} p(${conditional ? 'x | c' : 'x'}) in nats. x is float32 [N, ${event.join(', ')}], in the units of the data${columnWords(facts)}`,
    "const density = await ort.InferenceSession.create('density.onnx')",
    `const x = tensor([4, ${event.join(', ')}], () => 0) // your data, row by row`,
    ...noises.map(({ shape, distribution }, i) =>
      `const noise${i === 0 ? '' : i + 1} = tensor([4, ${shape.join(', ')}], () => ${distribution === 'uniform' ? 'Math.random()' : javaScriptNormal}) // ${bound ? 'draws of the posterior' : 'a draw: average log p over several'}`),
    `const { log_prob: logProb } = await density.run({ ${inputs.join(', ')} })`,
    'console.log(logProb.data)',
    '',
    `// ${WAY[bound ? 'decoder' : 'flow']}`,
    "const sampler = await ort.InferenceSession.create('sampler.onnx')",
    learned && "const { base } = JSON.parse(readFileSync('report.json', 'utf8'))",
    ...javaScriptDraw(facts),
    `const z = new ort.Tensor('float32', Float32Array.from(Array.from({ length: 1000 }, one).flat()), [1000, ${size}])`,
    `const { x: samples } = await sampler.run({ z${conditional ? ', context: contextOf(1000, given)' : ''} })`,
    `console.log(samples.dims, samples.data.slice(0, ${Math.min(size, 8)}))`,
  )
}
