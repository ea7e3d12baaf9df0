/**
 * Quality of trained flows: test NLL against the exact entropy on 2-D targets, bits per dimension on digits, a Gaussian
 * as the bar on tabular data; the exported density summed over a fine grid; every exported file before ONNX's checker.
 *
 * `--only moons,digits` for some of them; `--data DIR` for the folder of digits.csv and breast-cancer.csv.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { isSynthetic, parseSynthetic } from '../src/core/data/synthetic/parse.ts'
import { type ProjectDocument, readDocumentJson } from '../src/core/design/document.ts'
import { templates } from '../src/core/flow/templates/index.ts'
import type { Result } from '../src/core/issues.ts'
import { densityJob } from '../src/engine/jobs/density.ts'
import { exportJob } from '../src/engine/jobs/export.ts'
import { loadOnnxModel, onnxruntime } from '../src/engine/runtimes/onnxruntime.ts'
import { Control } from '../src/engine/train/control.ts'
import { runTraining } from '../src/engine/train/run-training.ts'
import { meanNll } from '../src/engine/train/rows.ts'
import { type PreparedData, prepareData } from '../src/main/studio/prepare-data.ts'
import { gaussianTestNll } from './gaussian.ts'

interface Task {
  readonly name: string
  readonly template: string
  readonly dimension: number
  readonly source: string
  readonly dequantize?: 'auto'
  readonly options?: { readonly couplings?: number; readonly width?: number; readonly depth?: number }
  readonly training?: Readonly<Record<string, unknown>>
  /** The figure that is asked for, and its bar. `gap` in nats, `bits` a dimension, `gaussian` nats below a Gaussian. */
  readonly figure: 'gap' | 'bits' | 'gaussian'
  readonly bar: number
}

const plane = (name: string, bar: number, template = 'rq-nsf'): Task =>
  ({ name: template === 'rq-nsf' ? name : `${name} (${template})`, template, dimension: 2, source: `synthetic:${name}`, figure: 'gap', bar })

const tabular = { batch: 128, validateEvery: 25, steps: 600, learningRate: 2e-3, optimizer: { kind: 'adamw', weightDecay: 1 } }

const tasks: readonly Task[] = [
  plane('moons', 0.03),
  plane('eight-gaussians', 0.03),
  plane('rings', 0.03),
  plane('checkerboard', 0.08),
  plane('banana', 0.01),
  plane('moons', Infinity, 'nice'),
  plane('moons', Infinity, 'realnvp'),
  {
    name: 'digits', template: 'realnvp', dimension: 64, source: 'digits.csv', dequantize: 'auto', options: { couplings: 6, width: 64 },
    training: { steps: 1000, batch: 256, validateEvery: 100, optimizer: { kind: 'adamw', weightDecay: 0.1 } }, figure: 'bits', bar: 2.62,
  },
  ...[0, 1, 2].map((seed): Task => ({
    name: `breast-cancer, seed ${seed}`, template: 'rq-nsf', dimension: 30, source: 'breast-cancer.csv',
    options: { couplings: 4, width: 32, depth: 1 }, training: { ...tabular, seed }, figure: 'gaussian', bar: 0,
  })),
]

const { values } = parseArgs({
  options: { only: { type: 'string' }, data: { type: 'string', default: '../shared/data' }, threads: { type: 'string', default: '2' } },
})

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.issues, null, 2))
  return result.value
}

function documentOf(task: Task): ProjectDocument {
  const built = templates[task.template]?.build([task.dimension], task.options)
  if (built === undefined) throw new Error(`there is no template '${task.template}'`)
  return must(readDocumentJson({
    format: 'flowsmith-project', version: 1, name: task.name, design: built.design, training: { ...built.training, ...task.training },
  }, task.name))
}

/** Σ exp(log p) · area over a grid that reaches well past the target's window, by the exported file. */
async function massOf(file: string, source: string): Promise<number> {
  const { target } = must(parseSynthetic(source))
  const [left, right, bottom, top] = target.window
  const margin = 0.5 * Math.max(right - left, top - bottom)
  const size = 1200
  const [dx, dy] = [(right - left + 2 * margin) / size, (top - bottom + 2 * margin) / size]
  const model = await loadOnnxModel(new Uint8Array(readFileSync(file)))
  let sum = 0
  const chunk = 24
  for (let row = 0; row < size; row += chunk) {
    const data = new Float32Array(2 * chunk * size)
    for (let i = 0; i < chunk * size; i++) {
      data[2 * i] = left - margin + ((i % size) + 0.5) * dx
      data[2 * i + 1] = bottom - margin + (row + Math.floor(i / size) + 0.5) * dy
    }
    const out = await model.run({ x: { dtype: 'float', shape: [chunk * size, 2], data } })
    const logProb = out['log_prob']?.data
    if (!(logProb instanceof Float32Array)) throw new Error(`${file}: gave no log_prob`)
    for (const value of logProb) sum += Math.exp(value)
  }
  await model.dispose()
  return sum * dx * dy
}

/** What the official checker says of the exported files; undefined where Python or its package is absent. */
function checkedByOnnx(files: readonly string[]): boolean | undefined {
  const python = process.env['FLOWSMITH_PYTHON'] ?? 'python3'
  const result = spawnSync(python, ['bench/peers/check_onnx.py', ...files], { encoding: 'utf8' })
  if (result.error !== undefined || result.status === 3) return undefined
  return result.status === 0
}

interface Outcome {
  readonly nll: number
  readonly figure: number
  readonly seconds: number
  readonly steps: number
  readonly mass: number | undefined
  readonly parity: number
  readonly checker: boolean | undefined
}

async function run(task: Task, folder: string): Promise<Outcome> {
  const source = isSynthetic(task.source) ? task.source : join(resolve(values.data), task.source)
  const data = must(await prepareData(documentOf(task), { source, ...(task.dequantize === undefined ? {} : { dequantize: task.dequantize }) }))
  const model = { folder, document: data.document, engine: 'onnxruntime', threads: Number(values.threads), contextSize: 0 }
  const started = performance.now()
  const { step } = await runTraining({ ...model, train: data.train, validation: data.validation }, onnxruntime, new Control(), () => undefined)
  const seconds = (performance.now() - started) / 1000
  const { logProb } = await densityJob({ ...model, rows: data.test, seed: 0, withLatents: false }, onnxruntime, () => undefined)
  const nll = meanNll(logProb)
  const exported = await exportJob({ ...model, target: join(folder, 'export'), rows: data.test, columns: data.columns, seed: 0 }, () => undefined)
  const files = ['density.onnx', 'sampler.onnx'].map((name) => join(folder, 'export', name))
  return {
    nll, seconds, steps: step, figure: figureOf(task, data, nll),
    mass: task.dimension === 2 ? await massOf(files[0] as string, task.source) : undefined,
    parity: exported.report.log_prob_max_relative_difference,
    checker: checkedByOnnx(files),
  }
}

function figureOf(task: Task, data: PreparedData, nll: number): number {
  if (task.figure === 'gap') return nll - (data.entropy ?? NaN)
  if (task.figure === 'bits') return nll / task.dimension / Math.LN2
  return nll - gaussianTestNll(data.train, data.validation, data.test)
}

const units = { gap: 'nats above the entropy', bits: 'bits/dim', gaussian: 'nats against a Gaussian' } as const
const rows: string[] = []
let missed = 0
for (const task of tasks) {
  if (values.only !== undefined && !values.only.split(',').some((name) => task.name.startsWith(name))) continue
  if (!isSynthetic(task.source) && !existsSync(join(values.data, task.source))) {
    process.stdout.write(`${task.name}: skipped, there is no ${join(values.data, task.source)} (--data DIR)\n`)
    continue
  }
  const folder = mkdtempSync(join(tmpdir(), 'flowsmith-quality-'))
  const { nll, figure, seconds, steps, mass, parity, checker } = await run(task, folder)
  rmSync(folder, { recursive: true })
  const good = figure < task.bar && (mass === undefined || Math.abs(mass - 1) < 0.005) && checker !== false
  if (!good) missed += 1
  const bar = Number.isFinite(task.bar) ? `< ${task.bar}` : '–'
  const row = `| ${task.name} | ${task.template} | ${nll.toFixed(4)} | ${figure.toFixed(4)} ${units[task.figure]} | ${bar} | ${good ? 'yes' : 'NO'} | ${steps} | ${seconds.toFixed(0)} | ${mass?.toFixed(4) ?? '–'} | ${parity.toExponential(1)} | ${checker === undefined ? 'not there' : checker ? 'accepts' : 'REFUSES'} |`
  rows.push(row)
  process.stdout.write(`${row}\n`)
}
process.stdout.write(`\n| task | template | test NLL, nats | figure | bar | reached | steps | seconds | mass on a grid | parity of log p | onnx.checker |\n|---|---|---|---|---|---|---|---|---|---|---|\n${rows.join('\n')}\n`)
process.exitCode = missed === 0 ? 0 : 1
