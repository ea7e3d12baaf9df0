/** Programs that load the exported models and use them, in Python and in JavaScript, ready to be run beside the files. */
import type { FlowDesign } from '../core/flow/design.ts'
import { assemble } from '../core/flow/flow.ts'
import { type Result, accept } from '../core/issues.ts'
import { flowNoises, noiseInput } from '../core/programs/program.ts'
import { javaScriptDraw, javaScriptNormal, pythonDraw } from './snippet-draws.ts'

export interface ModelFacts {
  /** Shape of one example. */
  readonly event: readonly number[]
  readonly columns: readonly string[]
  /** D */
  readonly size: number
  /** Kind of the base; `gaussian, full` of a full covariance. */
  readonly base: string
  /** Whether report.json says what is to be known of it. */
  readonly learned: boolean
  /** Inputs of the density model beside x. */
  readonly noises: readonly { readonly name: string; readonly shape: readonly number[]; readonly distribution: 'uniform' | 'normal' }[]
}

export function factsOf(design: FlowDesign, columns: readonly string[]): Result<ModelFacts> {
  const assembled = assemble(design)
  if (!assembled.ok) return assembled
  const flow = assembled.value
  const { definition, site } = flow.base
  const full = site.options['learned'] === true && site.options['covariance'] === 'full'
  return accept({
    event: flow.event, columns, size: flow.size, base: full ? `${definition.kind}, full` : definition.kind,
    learned: definition.parameters(site).length > 0 || definition.kind === 'student-t',
    noises: flowNoises(flow).map((noise) => ({ name: noiseInput(noise), shape: noise.shape, distribution: noise.distribution })),
  })
}

const SHOWN_COLUMNS = 8
function columnWords({ columns }: ModelFacts): string {
  if (columns.length === 0) return ''
  return columns.length <= SHOWN_COLUMNS ? `: ${columns.join(', ')}` : `: ${columns.slice(0, SHOWN_COLUMNS).join(', ')}, … (${columns.length})`
}
const lines = (...list: readonly (string | false)[]): string => `${list.filter((line) => line !== false).join('\n')}\n`

export function pythonSnippet(facts: ModelFacts): string {
  const { event, noises, learned } = facts
  const inputs = ['"x": x', ...noises.map(({ name }, i) => `"${name}": noise${i === 0 ? '' : i + 1}`)]
  return lines(
    '# pip install numpy onnxruntime',
    learned && 'import json',
    'import numpy as np',
    'import onnxruntime as ort',
    '',
    'rng = np.random.default_rng(0)',
    '',
    `# log p(x) in nats. x is float32 [N, ${event.join(', ')}], in the units of the data${columnWords(facts)}`,
    'density = ort.InferenceSession("density.onnx")',
    `x = np.zeros((4, ${event.join(', ')}), dtype=np.float32)  # your data`,
    ...noises.map(({ shape, distribution }, i) => {
      const size = `(len(x), ${shape.join(', ')})`
      return `noise${i === 0 ? '' : i + 1} = ${distribution === 'uniform' ? `rng.random(${size}, dtype=np.float32)` : `rng.standard_normal(${size}, dtype=np.float32)`}  # a draw: average log p over several`
    }),
    `z, log_prob = density.run(["z", "log_prob"], {${inputs.join(', ')}})`,
    'print(log_prob)',
    '',
    '# samples: z is drawn from the base, x comes back in the units of the data',
    'sampler = ort.InferenceSession("sampler.onnx")',
    'count = 1000',
    ...pythonDraw(facts),
    '(samples,) = sampler.run(["x"], {"z": z.astype(np.float32)})',
    'print(samples.mean(axis=0))',
  )
}

export function javaScriptSnippet(facts: ModelFacts): string {
  const { event, size, noises, learned } = facts
  const inputs = ['x', ...noises.map(({ name }, i) => `'${name}': noise${i === 0 ? '' : i + 1}`)]
  return lines(
    '// npm install onnxruntime-node, then run this as a .mjs file',
    learned && "import { readFileSync } from 'node:fs'",
    "import ort from 'onnxruntime-node'",
    '',
    "const tensor = (shape, value) => new ort.Tensor('float32', Float32Array.from({ length: shape.reduce((a, b) => a * b) }, value), shape)",
    '',
    `// log p(x) in nats. x is float32 [N, ${event.join(', ')}], in the units of the data${columnWords(facts)}`,
    "const density = await ort.InferenceSession.create('density.onnx')",
    `const x = tensor([4, ${event.join(', ')}], () => 0) // your data, row by row`,
    ...noises.map(({ shape, distribution }, i) =>
      `const noise${i === 0 ? '' : i + 1} = tensor([4, ${shape.join(', ')}], () => ${distribution === 'uniform' ? 'Math.random()' : javaScriptNormal}) // a draw: average log p over several`),
    `const { log_prob: logProb } = await density.run({ ${inputs.join(', ')} })`,
    'console.log(logProb.data)',
    '',
    '// samples: z is drawn from the base, x comes back in the units of the data',
    "const sampler = await ort.InferenceSession.create('sampler.onnx')",
    learned && "const { base } = JSON.parse(readFileSync('report.json', 'utf8'))",
    ...javaScriptDraw(facts),
    `const z = new ort.Tensor('float32', Float32Array.from(Array.from({ length: 1000 }, one).flat()), [1000, ${size}])`,
    'const { x: samples } = await sampler.run({ z })',
    `console.log(samples.dims, samples.data.slice(0, ${Math.min(size, 8)}))`,
  )
}
