/** The engines compute what the reference evaluation does, for every base: log p, its gradients, and samples. */
import { describe, it } from 'vitest'
import { baseNoise } from '../../src/core/flow/base.ts'
import { bases as catalogue } from '../../src/core/flow/bases/index.ts'
import { optimise } from '../../src/core/ir/passes/optimise.ts'
import { key, named, normals, uniforms } from '../../src/core/random.ts'
import { runtimes } from '../../src/engine/runtimes/catalogue.ts'
import { onnxruntime } from '../../src/engine/runtimes/onnxruntime.ts'
import type { TensorData } from '../../src/engine/runtimes/runtime.ts'
import { build, randomValues, variants } from '../support/base-harness.ts'
import { expectAgreement } from '../support/compare-engines.ts'

const tfjs = await runtimes.tfjs()

const ROWS = 6
const SIZE = 3

/** Gradients are sums over the rows of terms of order one. */
const LEAST_SCALE = ROWS

const float = (shape: readonly number[], data: ArrayLike<number>): TensorData =>
  ({ dtype: 'float', shape, data: Float32Array.from(data) })

describe.each(Object.values(catalogue))('$kind', (definition) => {
  const cases = variants(definition).map((variant) => ({ name: JSON.stringify(variant), variant }))
  it.each(cases)('$name: ONNX Runtime and TensorFlow.js agree with the reference', async ({ variant }) => {
    const site = { size: SIZE, ...variant }
    const { shape: [each], distribution } = baseNoise({ definition, site })
    const draw = distribution === 'normal' ? normals : uniforms
    const points = definition.support === 'unit' ? uniforms(key(1), ROWS * SIZE) : normals(key(1), ROWS * SIZE)
    const values = Object.entries(randomValues(definition, site, 1)).map(([name, { shape, data }]) => [name, float(shape, data)])
    const inputs = {
      ...Object.fromEntries(values), z: float([ROWS, SIZE], points), temperature: float([], [0.8]),
      noise: float([ROWS, each], draw(named(key(1), 'noise'), ROWS * each)),
    }
    const graph = optimise(build(definition, site).graph)
    for (const runtime of [onnxruntime, tfjs]) await expectAgreement(runtime, graph, [inputs], LEAST_SCALE)
  })
})
