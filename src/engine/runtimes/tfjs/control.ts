/** Lowerings of control: loops, and the ops that only steer differentiation. */
import type { Tensor } from '@tensorflow/tfjs'
import type { TensorType } from '../../../core/ir/graph.ts'
import type { LoopAttributes } from '../../../core/ir/ops/loop.ts'
import type { TensorFlow } from './backend.ts'
import { type Lowering, type LoweringTable, at } from './lowering.ts'
import { dtypes } from './transfer.ts'

type Control = Pick<LoweringTable, 'loop' | 'stopGradient' | 'withGradient'>

export function control(tf: TensorFlow): Control {
  return {
    loop: loop(tf),
    stopGradient: (inputs) => [at(inputs, 0).clone()],
    withGradient: (inputs) => [at(inputs, 0).clone()],
  }
}

/** The body runs in JavaScript; each state lives until the next one is made. */
function loop(tf: TensorFlow): Lowering<LoopAttributes> {
  return (inputs, { attributes: { body, carried, conditional }, node, bind, run }) => {
    const count = at(inputs, 0).dataSync()[0] as number
    const captured = inputs.slice(1 + carried)
    let state = inputs.slice(1, 1 + carried).map((tensor) => tensor.clone())
    const stacks: Tensor[][] = node.outputs.slice(carried).map(() => [])
    for (let i = 0, goOn = true; goOn && i < count; i++) {
      const iteration = tf.scalar(i, 'int32')
      const results = run(body, [iteration, ...state, ...captured])
      tf.dispose([iteration, ...state])
      if (conditional) goOn = takeFlag(results.pop())
      state = results.slice(0, carried)
      results.slice(carried).forEach((value, k) => stacks[k]?.push(value))
    }
    const stacked = stacks.map((values, k) => {
      const { shape, dtype } = node.outputs[carried + k] as TensorType
      const bound = bind(shape)
      if (values.length !== bound[0]) throw new Error(`loop: ${values.length} steps do not fill a stack of ${bound[0]}`)
      return values.length > 0 ? tf.stack(values) : tf.zeros(bound, dtypes[dtype])
    })
    return [...state, ...stacked]
  }
}

function takeFlag(flag: Tensor | undefined): boolean {
  const goOn = flag?.dataSync()[0] === 1
  flag?.dispose()
  return goOn
}
