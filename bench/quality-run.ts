/** One task of the quality evaluation: training, test, export, and what an independent reader makes of it. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { contextSize, repeatContext, typicalContexts } from '../src/core/data/context.ts'
import { isSynthetic, parseSynthetic } from '../src/core/data/synthetic/parse.ts'
import { type ProjectDocument, readDocumentJson } from '../src/core/design/document.ts'
import { templates } from '../src/core/flow/templates/index.ts'
import type { Result } from '../src/core/issues.ts'
import { importanceFigures } from '../src/core/metrics/importance.ts'
import { densityJob } from '../src/engine/jobs/density.ts'
import { exportJob } from '../src/engine/jobs/export.ts'
import { weighJob } from '../src/engine/jobs/weigh.ts'
import { loadOnnxModel, onnxruntime } from '../src/engine/runtimes/onnxruntime.ts'
import { Control } from '../src/engine/train/control.ts'
import { runTraining } from '../src/engine/train/run-training.ts'
import { meanNll } from '../src/engine/train/rows.ts'
import { type PreparedData, prepareData } from '../src/main/studio/prepare-data.ts'
import { prepareTarget } from '../src/main/studio/prepare-target.ts'
import { gaussianTestNll } from './gaussian.ts'
import { accuracyOf } from './quality-classes.ts'
import type { Task } from './quality-tasks.ts'

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.issues, null, 2))
  return result.value
}

function documentOf(task: Task): ProjectDocument {
  const built = templates[task.template]?.build([task.dimension], task.options)
  if (built === undefined) throw new Error(`there is no template '${task.template}'`)
  return must(readDocumentJson({
    format: 'flowsmith-project', version: 1, name: task.name, design: built.design, training: { ...built.training, ...task.training, ...(task.objective === undefined ? {} : { objective: { ...built.training.objective, ...task.objective } }) },
    ...(task.figure === 'divergence' ? { target: { source: task.source } } : {}),
  }, task.name))
}

/** The box of U1–U4, in which U1 lies without one. */
const TARGET_WINDOW = [-4, 4, -4, 4] as const

/** Σ exp(log p) · area over a grid that reaches well past the target's window, by the exported file, given `context` [C]. */
async function massOf(file: string, source: string, context?: Float32Array): Promise<number> {
  const [left, right, bottom, top] = isSynthetic(source) ? must(parseSynthetic(source)).target.window : TARGET_WINDOW
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
    const given = context === undefined ? {}
      : { context: { dtype: 'float' as const, shape: [chunk * size, context.length], data: repeatContext(context, chunk * size) } }
    const out = await model.run({ x: { dtype: 'float', shape: [chunk * size, 2], data }, ...given })
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

export interface Outcome {
  readonly nll: number
  readonly figure: number
  readonly seconds: number
  readonly steps: number
  readonly mass: number | undefined
  readonly parity: number
  readonly checker: boolean | undefined
  /** Share of the classes told right, where the flow depends on one. */
  readonly accuracy?: number | undefined
}

/** Draws of the fitted flow for a figure that is sure to a thousandth of a nat or so. */
const DRAWS = 200_000

async function fit(task: Task, { folder, threads }: Setting): Promise<Outcome> {
  const data = must(await prepareTarget(documentOf(task)))
  if (data.target === undefined) throw new Error(`${task.name}: has no target`)
  const { spec, target } = data.target
  const model = { folder, document: data.document, engine: 'onnxruntime', threads, contextSize: 0 }
  const started = performance.now()
  const { step } = await runTraining({ ...model, train: data.train, validation: data.validation, target: spec }, onnxruntime, new Control(), () => undefined)
  const seconds = (performance.now() - started) / 1000
  const { x, logWeights } = await weighJob({ ...model, target: spec, count: DRAWS, seed: 1 }, onnxruntime, () => undefined)
  const { elbo } = importanceFigures(logWeights)
  const rows = { rows: 512, values: x.subarray(0, 512 * task.dimension) }
  const exported = await exportJob({ ...model, target: join(folder, 'export'), rows, columns: data.columns, context: [], seed: 0 }, () => undefined)
  const files = ['density.onnx', 'sampler.onnx'].map((name) => join(folder, 'export', name))
  return {
    nll: -elbo, seconds, steps: step, figure: (target.logZ ?? NaN) - elbo, mass: await massOf(files[0] as string, task.source),
    parity: exported.report.log_prob_max_relative_difference, checker: checkedByOnnx(files),
  }
}

export interface Setting {
  /** Where the data files are. */
  readonly data: string
  readonly threads: number
  /** For the run, with nothing in it. */
  readonly folder: string
  /** NLL of the tasks so far, by name. */
  readonly others: ReadonlyMap<string, number>
}

export async function run(task: Task, setting: Setting): Promise<Outcome> {
  const { data: place, threads, folder, others } = setting
  if (task.figure === 'divergence') return fit(task, setting)
  const source = isSynthetic(task.source) ? task.source : join(resolve(place), task.source)
  const data = must(await prepareData(documentOf(task), {
    source, ...(task.dequantize === undefined ? {} : { dequantize: task.dequantize }), ...(task.context === undefined ? {} : { context: task.context }),
  }))
  const model = { folder, document: data.document, engine: 'onnxruntime', threads, contextSize: contextSize(data.context) }
  const started = performance.now()
  const { step } = await runTraining({ ...model, train: data.train, validation: data.validation }, onnxruntime, new Control(), () => undefined)
  const seconds = (performance.now() - started) / 1000
  const { logProb } = await densityJob({ ...model, rows: data.test, seed: 0, withLatents: false }, onnxruntime, () => undefined)
  const nll = meanNll(logProb)
  const exported = await exportJob({ ...model, target: join(folder, 'export'), rows: data.test, columns: data.columns, context: data.context, seed: 0 }, () => undefined)
  const files = ['density.onnx', 'sampler.onnx'].map((name) => join(folder, 'export', name))
  return {
    nll, seconds, steps: step, figure: figureOf(task, data, nll, others),
    mass: task.dimension === 2 ? await massOf(files[0] as string, task.source, typicalContexts(data.context, 1)) : undefined,
    parity: exported.report.log_prob_max_relative_difference,
    checker: checkedByOnnx(files),
    accuracy: await accuracyOf(model, data),
  }
}

function figureOf(task: Task, data: PreparedData, nll: number, others: ReadonlyMap<string, number>): number {
  if (task.figure === 'against') return nll - (task.than === undefined ? nll : others.get(task.than) ?? NaN)
  if (task.figure === 'gap') return nll - (data.entropy ?? NaN)
  if (task.figure === 'bits') return nll / task.dimension / Math.LN2
  return nll - gaussianTestNll(data.train, data.validation, data.test)
}
