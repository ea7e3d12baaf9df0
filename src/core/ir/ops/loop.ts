/**
 * Repeats a body with carried state; see `loop` in tensor.ts for its form. Inputs: count, carried…, captured….
 * Outputs: the last carried values, then the stacked ones.
 */
import { defineOp } from '../define.ts'
import { type Graph, type Node, type OnnxEmitter, type TensorType, fail, sameType } from '../graph.ts'
import { type LoopAttributes, loopVjp } from '../loop-gradient.ts'
import { type NdArray, sizeOf } from '../nd.ts'

export type { LoopAttributes }

function infer(inputs: readonly TensorType[], attributes: LoopAttributes): readonly TensorType[] {
  const { body, carried, length, conditional } = attributes
  const [count, ...values] = inputs
  if (count?.dtype !== 'int' || count.shape.length !== 0) fail('loop', inputs, 'the count is an int scalar')
  const [iteration, ...parameters] = body.inputs.map((input) => input.tensor)
  if (iteration?.dtype !== 'int' || iteration.shape.length !== 0) fail('loop', inputs, "the body's first input is the iteration, an int scalar")
  if (parameters.length !== values.length || parameters.some((parameter, i) => !sameType(parameter, values[i] as TensorType))) {
    fail('loop', inputs, `the body takes ${parameters.map((p) => `${p.dtype}[${p.shape.join(', ')}]`).join(', ')}`)
  }
  const results = body.outputs.map((output) => output.tensor)
  if (conditional) {
    const last = results.pop()
    if (last?.dtype !== 'bool' || last.shape.length !== 0) fail('loop', inputs, "a conditional body's last output is a bool scalar")
  }
  const next = results.slice(0, carried)
  if (next.length !== carried || next.some((result, i) => !sameType(result, values[i] as TensorType))) {
    fail('loop', inputs, 'the body must give back the carried values with their types')
  }
  const scanned = results.slice(carried)
  if (conditional && scanned.length > 0) fail('loop', inputs, 'a conditional loop stacks nothing: its length is not known')
  return [
    ...next.map(({ dtype, shape }): TensorType => ({ dtype, shape })),
    ...scanned.map(({ dtype, shape }): TensorType => ({ dtype, shape: [length, ...shape] })),
  ]
}

function evaluate(
  inputs: readonly NdArray[], attributes: LoopAttributes, run: (graph: Graph, inputs: readonly NdArray[]) => readonly NdArray[],
  shapes: readonly (readonly number[])[],
): readonly NdArray[] {
  const { body, carried, conditional } = attributes
  const count = inputs[0]?.data[0] as number
  let state = inputs.slice(1, 1 + carried)
  const captured = inputs.slice(1 + carried)
  const stacks: NdArray[][] = shapes.slice(carried).map(() => [])
  for (let i = 0; i < count; i++) {
    const results = [...run(body, [{ shape: [], data: Float64Array.of(i) }, ...state, ...captured])]
    const goOn = conditional ? results.pop()?.data[0] !== 0 : true
    state = results.slice(0, carried)
    results.slice(carried).forEach((value, k) => stacks[k]?.push(value))
    if (!goOn) break
  }
  return [...state, ...stacks.map((values, k): NdArray => {
    const [length, ...item] = shapes[carried + k] as readonly number[]
    if (values.length !== length) throw new Error(`loop: ${values.length} steps do not fill a stack of ${length}`)
    const data = new Float64Array(values.length * sizeOf(item))
    values.forEach((value, i) => data.set(value.data, i * sizeOf(item)))
    return { shape: [values.length, ...item], data }
  })]
}

function emit(emitter: OnnxEmitter, node: Node, inputs: readonly string[]): readonly string[] {
  const { body, carried, conditional } = node.attributes as LoopAttributes
  const onnxBody = emitter.body(body, {
    captured: { from: 1 + carried, names: inputs.slice(1 + carried) }, conditional,
  })
  const passed = [inputs[0] as string, emitter.bool([1], []), ...inputs.slice(1, 1 + carried)]
  return emitter.node('Loop', passed, { body: onnxBody }, node.outputs.length)
}

export const loop = defineOp<LoopAttributes>({
  name: 'loop',
  infer,
  evaluate: (inputs, attributes, context) => evaluate(inputs, attributes, context.run, context.shapes),
  vjp: (args) => loopVjp(args),
  onnx: emit,
})
