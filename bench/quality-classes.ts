/** How well a flow of p(x | class) tells classes apart, by Bayes' rule. */
import { classSlot, classesOf, logPriors, withClass } from '../src/core/data/context-class.ts'
import { classificationFigures, logPosteriors } from '../src/core/metrics/bayes.ts'
import { densityJob } from '../src/engine/jobs/density.ts'
import { onnxruntime } from '../src/engine/runtimes/onnxruntime.ts'
import type { PreparedData } from '../src/main/studio/prepare-data.ts'
import type { ModelReference } from '../src/shared/compute-protocol.ts'

/** Share of the test examples whose class is the most probable one; undefined without classes. */
export async function accuracyOf(model: ModelReference, data: PreparedData): Promise<number | undefined> {
  const slot = classSlot(data.context)
  const { context } = data.test
  if (slot === undefined || context === undefined) return undefined
  const densities: Float32Array[] = []
  for (const index of slot.column.classes.keys()) {
    const rows = { ...data.test, context: withClass(context, slot, index) }
    densities.push((await densityJob({ ...model, rows, seed: 0, withLatents: false }, onnxruntime, () => undefined)).logProb)
  }
  return classificationFigures(logPosteriors(densities, logPriors(slot)), densities.length, classesOf(context, slot)).accuracy
}
