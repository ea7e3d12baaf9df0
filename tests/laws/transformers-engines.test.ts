/** Every transformer of the catalogue on the engines, in float32, held to the reference evaluation. */
import { describe, it } from 'vitest'
import { onnxruntime } from '../../src/engine/runtimes/onnxruntime.ts'
import { createTfjsRuntime } from '../../src/engine/runtimes/tfjs/runtime.ts'
import { transformerCases } from '../support/transformer-cases.ts'
import { directions, subjectOf } from '../support/transformer-harness.ts'
import { agreement, float32Extremes } from '../support/transformer-laws.ts'

const tfjs = await createTfjsRuntime()

describe.each(transformerCases)('$name', (one) => {
  const subject = subjectOf(one)
  it.each(directions)('%s agrees on ONNX Runtime', (direction) => agreement(onnxruntime, subject, direction))
  it.each(directions)('%s agrees on TensorFlow.js', (direction) => agreement(tfjs, subject, direction))
  it.each(directions)('%s is finite at the extremes on both', async (direction) => {
    await float32Extremes(onnxruntime, subject, direction)
    await float32Extremes(tfjs, subject, direction)
  })
})
