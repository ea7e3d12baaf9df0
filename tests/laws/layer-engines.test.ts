/**
 * The engines compute what the reference evaluation does, for every case of every layer, in both directions, with the
 * gradients. One layer alone: `npx vitest run tests/laws/layer-engines.test.ts -t <kind>`.
 */
import { describe, it } from 'vitest'
import type { LayerDefinition } from '../../src/core/flow/layer.ts'
import { layers as catalogue } from '../../src/core/flow/layers/index.ts'
import { optimise } from '../../src/core/ir/passes/optimise.ts'
import { runtimes } from '../../src/engine/runtimes/catalogue.ts'
import { onnxruntime } from '../../src/engine/runtimes/onnxruntime.ts'
import type { TensorMap } from '../../src/engine/runtimes/runtime.ts'
import { expectAgreement } from '../support/compare-engines.ts'
import { type Direction, type Subject, bind, graphOf, prepare, randomSetting } from '../support/flow-harness.ts'
import { fixedPoints } from '../support/law-points.ts'
import { directions } from '../support/layer-laws.ts'

const tfjs = await runtimes.tfjs()

const ROWS = 6
/** Gradients are sums over the rows of terms of order one, and for some parameters (rotations) they cancel. */
const LEAST_SCALE = ROWS

function inputsFor(subject: Subject, direction: Direction): TensorMap {
  const points = fixedPoints(subject, direction, ROWS, 11)
  const bound = bind(subject, randomSetting(subject, 2), points)
  // Rounded, so that all engines start from the same numbers.
  return Object.fromEntries(Object.entries(bound).map(([name, { shape, data }]) =>
    [name, { dtype: 'float' as const, shape, data: Float32Array.from(data) }]))
}

async function agreement(definition: LayerDefinition, subject: Subject, direction: Direction): Promise<void> {
  const whole = definition.laws.domain === 'integer'
  for (const gradients of whole ? [false] : [false, true]) {
    const graph = optimise(graphOf(subject, direction, gradients))
    const inputs = inputsFor(subject, direction)
    const taken = Object.fromEntries(graph.inputs.map(({ name }) => [name, inputs[name]!]))
    for (const runtime of [onnxruntime, tfjs]) await expectAgreement(runtime, graph, [taken], LEAST_SCALE)
  }
}

describe.each(Object.values(catalogue))('$kind', (definition) => {
  describe.each(definition.laws.cases)('$name', (lawCase) => {
    it.each(directions)('%s: ONNX Runtime and TensorFlow.js agree with the reference', (direction) =>
      agreement(definition, prepare(definition, lawCase), direction))
  })
})
