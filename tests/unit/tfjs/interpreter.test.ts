import * as tf from '@tensorflow/tfjs'
import { beforeEach, describe, expect, it } from 'vitest'
import { Graph, type Tensor } from '../../../src/core/ir/graph.ts'
import { createGraph } from '../../../src/core/ir/index.ts'
import { ops } from '../../../src/core/ir/ops/index.ts'
import * as t from '../../../src/core/ir/tensor.ts'
import { runtimes } from '../../../src/engine/runtimes/catalogue.ts'
import type { TensorData } from '../../../src/engine/runtimes/runtime.ts'
import { createProgram } from '../../../src/engine/runtimes/tfjs/interpreter.ts'
import { schedule } from '../../../src/engine/runtimes/tfjs/schedule.ts'

const runtime = await runtimes.tfjs()
const floats = (...values: readonly number[]): TensorData =>
  ({ dtype: 'float', shape: [values.length], data: Float32Array.from(values) })
const int = (value: bigint): TensorData => ({ dtype: 'int', shape: [], data: BigInt64Array.of(value) })

/** s ← s·w + 2i from s = x, with w = x/4 captured and every s stacked; a second carried value passes through. */
function loopGraph(): Graph {
  const body = createGraph()
  const i = body.input('i', [], 'int')
  const [s, unchanged, w] = [body.input('s', ['N']), body.input('unchanged', []), body.input('w', ['N'])]
  const next = t.add(t.mul(s, w), t.mul(t.cast(i, 'float'), body.constant(2)))
  body.output('next', next)
  body.output('unchanged', unchanged)
  body.output('stacked', next)
  const graph = createGraph()
  const x = graph.input('x', ['N'])
  const count = graph.input('count', [], 'int')
  const { carried, scanned } = t.loop({
    count, carried: [x, graph.constant(7)], captured: [t.mul(x, 0.25)], body, length: 3,
  })
  graph.output('last', carried[0]!)
  graph.output('unchanged', carried[1]!)
  graph.output('stacked', scanned[0]!)
  return graph
}

/** Halves until below the bound, at most `count` times. */
function conditionalGraph(): Graph {
  const body = createGraph()
  body.input('i', [], 'int')
  const [z, steps] = [body.input('z', []), body.input('steps', [], 'int')]
  const next = t.mul(z, 0.5)
  body.output('next', next)
  body.output('steps', t.add(steps, 1))
  body.output('goOn', t.less(1, next))
  const graph = createGraph()
  const { carried } = t.loop({
    count: graph.input('count', [], 'int'), carried: [graph.input('z', []), graph.constant(0, [], 'int')], captured: [],
    body, conditional: true,
  })
  graph.output('z', carried[0]!)
  graph.output('steps', carried[1]!)
  return graph
}

describe('loops', () => {
  it('carry, capture and stack', async () => {
    const executable = await runtime.load(loopGraph())
    const got = await executable.run({ x: floats(1, 2), count: int(3n) })
    const stacked = Float32Array.of(0.25, 1, 2.0625, 2.5, 4.515625, 5.25)
    expect(got['stacked']).toEqual({ dtype: 'float', shape: [3, 2], data: stacked })
    expect(got['last']).toEqual(floats(4.515625, 5.25))
    expect(got['unchanged']).toEqual({ dtype: 'float', shape: [], data: Float32Array.of(7) })
    await executable.dispose()
  })

  it.each([[10n, 20, 20 / 32, 5n], [3n, 20, 2.5, 3n], [0n, 20, 20, 0n], [9n, 1, 0.5, 1n]])(
    'at most %i times from %f end at %f after %i', async (count, start, end, steps) => {
      const executable = await runtime.load(conditionalGraph())
      const z = { dtype: 'float', shape: [], data: Float32Array.of(start) } as const
      const got = await executable.run({ count: int(count), z })
      expect([got['z']!.data[0], got['steps']!.data[0]]).toEqual([end, steps])
      await executable.dispose()
    })
})

describe('tensors', () => {
  let before = 0
  beforeEach(() => { before = tf.memory().numTensors })

  it('are all gone after a run but the constants, and those after dispose', async () => {
    const executable = await runtime.load(loopGraph())
    expect(tf.memory().numTensors).toBe(before + 3)
    for (let run = 0; run < 3; run++) await executable.run({ x: floats(1, 2, 3), count: int(3n) })
    expect(tf.memory().numTensors).toBe(before + 3)
    await executable.dispose()
    await executable.dispose()
    expect(tf.memory()).toMatchObject({ numTensors: before })
    await expect(executable.run({ x: floats(1), count: int(3n) })).rejects.toThrow('tfjs: the program was disposed')
  })

  it('are all gone after a run that fails in the middle of a loop', async () => {
    const body = createGraph()
    const i = body.input('i', [], 'int')
    const x = body.input('x', [2])
    body.output('next', t.gather(t.exp(x), t.concat([t.reshape(i, [1]), body.constant([0], [1], 'int')], 0), 0))
    const graph = createGraph()
    const count = graph.input('count', [], 'int')
    const { carried } = t.loop({ count, carried: [graph.input('x', [2])], captured: [], body, length: 5 })
    graph.output('x', carried[0]!)
    const executable = await runtime.load(graph)
    await expect(executable.run({ x: floats(0, 1), count: int(5n) })).rejects.toThrow('index value 2')
    expect(tf.memory().numTensors).toBe(before + 1)
    await executable.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  it('are not left behind by a load that fails', async () => {
    const graph = createGraph()
    graph.output('y', t.add(t.add(graph.input('x', [], 'int'), 1), 5e9))
    await expect(runtime.load(graph)).rejects.toThrow('tfjs-integer-too-large')
    expect(tf.memory().numTensors).toBe(before)
  })

  it('live no longer than they are needed', async () => {
    const [size, length] = [10_000, 40]
    const build = (graph: Graph, x: Tensor): Tensor => {
      let y = x
      for (let i = 0; i < length; i++) y = t.tanh(y)
      graph.output('y', y)
      return y
    }
    const chain = createGraph()
    build(chain, chain.input('x', [size]))
    const body = createGraph()
    body.input('i', [], 'int')
    build(body, body.input('x', [size]))
    const looped = createGraph()
    const count = looped.constant(20, [], 'int')
    looped.output('y', t.loop({ count, carried: [looped.input('x', [size])], captured: [], body }).carried[0]!)
    for (const [graph, atOnce] of [[chain, 2], [looped, 3]] as const) {
      const program = createProgram(tf, graph)
      const x = tf.zeros([size])
      const start = tf.memory().numBytes
      const { peakBytes } = await tf.profile(() => program.run([x]))
      // At once: an op's input and its output, and in a loop the state that the step began with.
      expect(peakBytes - start).toBeLessThan((atOnce + 0.5) * 4 * size)
      program.dispose()
      x.dispose()
    }
  })
})

describe('outputs', () => {
  it('are arrays of their own: changing one changes no input, no constant and no other output', async () => {
    const graph = createGraph()
    const x = graph.input('x', [2])
    const constant = graph.constant([3, 4], [2])
    const same = t.stopGradient(x)
    for (const [name, tensor] of Object.entries({ x, constant, same, again: same })) graph.output(name, tensor)
    const executable = await runtime.load(graph)
    const given = Float32Array.of(1, 2)
    const inputs = { x: { dtype: 'float', shape: [2], data: given } } as const
    const first = await executable.run(inputs)
    for (const name of ['x', 'constant', 'same']) (first[name]!.data as Float32Array).fill(9)
    expect(given).toEqual(Float32Array.of(1, 2))
    expect(first['again']!.data).toEqual(Float32Array.of(1, 2))
    expect((await executable.run(inputs))['constant']!.data).toEqual(Float32Array.of(3, 4))
    await executable.dispose()
  })

  it('come with their types', async () => {
    const graph = createGraph()
    const x = graph.input('x', ['N'])
    graph.output('float', x)
    graph.output('int', t.cast(x, 'int'))
    graph.output('bool', t.and(t.less(0, x), t.not(t.equal(x, 2))))
    const executable = await runtime.load(graph)
    expect(await executable.run({ x: floats(-1, 2, 3) })).toEqual({
      float: floats(-1, 2, 3),
      int: { dtype: 'int', shape: [3], data: BigInt64Array.of(-1n, 2n, 3n) },
      bool: { dtype: 'bool', shape: [3], data: Uint8Array.of(0, 0, 1) },
    })
    await executable.dispose()
  })
})

describe('what does not fit', () => {
  it('is named: an input, and an op that the engine does not know', async () => {
    const executable = await runtime.load(loopGraph())
    await expect(executable.run({ x: floats(1) })).rejects.toThrow("tfjs: the input 'count' was given no value")
    const wrong = { x: int(1n), count: int(1n) }
    await expect(executable.run(wrong)).rejects.toThrow("tfjs: the input 'x' takes float[N], got int[]")
    const short = { x: floats(1), count: int(2n) }
    await expect(executable.run(short)).rejects.toThrow('loop: 2 steps do not fill a stack of 3')
    await executable.dispose()

    const graph = new Graph({ ...ops, invented: ops.neg })
    graph.output('y', graph.apply('invented', [graph.input('x', [])])[0]!)
    await expect(runtime.load(graph)).rejects.toThrow("no lowering of the op 'invented'")
  })
})

describe('the schedule', () => {
  it('leaves out what no output needs and lets every value go at its last use', () => {
    const graph = createGraph()
    const x = graph.input('x', [])
    const a = t.exp(x)
    t.sin(a)
    const b = t.mul(a, a)
    graph.output('kept', t.add(b, a))
    graph.output('b', b)
    const { steps, slots } = schedule(graph)
    const slot = Object.fromEntries(steps.map(({ node, outputs }) => [node.op, outputs[0]]))
    const released = steps.map(({ node, release }) => [node.op, release])
    expect(released).toEqual([['exp', []], ['mul', []], ['add', [slot['exp']]]])
    expect(slots).toBe(4)
  })
})
