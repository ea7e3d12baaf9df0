/** Every template, trained for a moment on the plane and exported: its density has mass one, and the files agree with the reference. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { moons } from '../../src/core/data/synthetic/moons.ts'
import { readDocument, readDocumentJson } from '../../src/core/design/document.ts'
import { templates } from '../../src/core/flow/templates/index.ts'
import type { Model } from '../../src/core/flow/templates/template.ts'
import { IssueError } from '../../src/core/issues.ts'
import { key } from '../../src/core/random.ts'
import { exportJob } from '../../src/engine/jobs/export.ts'
import { loadOnnxModel, onnxruntime } from '../../src/engine/runtimes/onnxruntime.ts'
import { Control } from '../../src/engine/train/control.ts'
import { runTraining } from '../../src/engine/train/run-training.ts'
import { fitsTarget, prepareTarget } from '../../src/main/studio/prepare-target.ts'

const SIZE = 700
const [LOW, HIGH] = [-6, 7]

async function massOf(file: string): Promise<number> {
  const model = await loadOnnxModel(new Uint8Array(readFileSync(file)))
  const step = (HIGH - LOW) / SIZE
  let sum = 0
  for (let row = 0; row < SIZE; row += 10) {
    const data = Float32Array.from({ length: 20 * SIZE }, (_, i) => {
      const point = Math.floor(i / 2)
      return LOW + ((i % 2 === 0 ? point % SIZE : row + Math.floor(point / SIZE)) + 0.5) * step
    })
    const out = await model.run({ x: { dtype: 'float', shape: [10 * SIZE, 2], data } })
    for (const value of out['log_prob']!.data as Float32Array) sum += Math.exp(value)
  }
  await model.dispose()
  return sum * step * step
}

/** Samples of an evaluation cost as much as they say here nothing more. */
function objectiveOf({ training }: Model): { readonly objective?: Readonly<Record<string, unknown>> } {
  const { objective } = training
  if (objective === undefined) return {}
  return { objective: objective['kind'] === 'elbo' ? { ...objective, samples: 4 } : objective }
}

describe.each(Object.keys(templates))('the template %s', (id) => {
  it('integrates to one, and its exported files agree with the float64 reference', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'flowsmith-template-'))
    const built = templates[id]!.build([2], { width: 16 })
    const document = readDocumentJson({
      format: 'flowsmith-project', version: 1, name: id, design: built.design,
      training: { steps: 150, batch: 256, validateEvery: 50, averageDecay: 0.9, ...objectiveOf(built) },
      ...(built.target === undefined ? {} : { target: built.target }),
    }, id)
    if (!document.ok) throw new IssueError(document.issues)
    const rows = (seed: number, count: number): { rows: number; values: Float32Array } =>
      ({ rows: count, values: Float32Array.from(moons.sample(key(seed), count)) })
    const prepared = fitsTarget(document.value) ? await prepareTarget(document.value) : undefined
    if (prepared?.ok === false) throw new IssueError(prepared.issues)
    const target = prepared?.value.target?.spec
    const model = {
      folder, document: prepared?.value.document ?? document.value, engine: 'onnxruntime', threads: 1, contextSize: 0, context: [], target,
    }
    await runTraining({ ...model, train: rows(1, 4096), validation: rows(2, 512) }, onnxruntime, new Control(), () => undefined)
    const { report } = await exportJob({ ...model, target: join(folder, 'export'), rows: rows(3, 256), columns: ['x1', 'x2'], seed: 0 }, () => undefined)
    // float32 against float64 through a dozen layers: a few hundred roundings of 6e-8 each.
    expect(report.log_prob_max_relative_difference).toBeLessThan(1e-4)
    expect(report.x_max_difference).toBeLessThan(1e-4)
    // An autoencoder has no latents of a point, and a bound on its density.
    if (report.round_trip_max_error === null) expect(id).toMatch(/^vae/)
    else {
      expect(report.round_trip_max_error).toBeLessThan(1e-3)
      expect(Math.abs(await massOf(join(folder, 'export', 'density.onnx')) - 1)).toBeLessThan(5e-3)
    }
    const exported = await loadOnnxModel(new Uint8Array(readFileSync(join(folder, 'export', 'sampler.onnx'))))
    expect(exported.inputs.map(({ name, shape }) => [name, ...shape])).toEqual([['z', 'N', 2]])
    await exported.dispose()
    const said = JSON.parse(readFileSync(join(folder, 'export', 'report.json'), 'utf8')) as { parity: unknown }
    expect(said.parity).toEqual(report)
    rmSync(folder, { recursive: true })
    expect(readDocument(JSON.stringify({ ...document.value, training: {} }), id).ok).toBe(true)
  })
})
