/** The engine around ONNX Runtime: what it checks, what it says when something is wrong, and files by themselves. */
import { describe, expect, it } from 'vitest'
import type { Graph } from '../../../src/core/ir/graph.ts'
import { createGraph } from '../../../src/core/ir/index.ts'
import * as t from '../../../src/core/ir/tensor.ts'
import { emitOnnx } from '../../../src/core/onnx/emit.ts'
import { runtimes } from '../../../src/engine/runtimes/catalogue.ts'
import { loadOnnxModel, onnxruntime } from '../../../src/engine/runtimes/onnxruntime.ts'
import { reference } from '../../../src/engine/runtimes/reference.ts'
import type { TensorData, TensorMap } from '../../../src/engine/runtimes/runtime.ts'

const floats = (shape: readonly number[], values?: readonly number[]): TensorData => {
  const size = shape.reduce((product, dim) => product * dim, 1)
  return { dtype: 'float', shape, data: Float32Array.from(values ?? new Array<number>(size).fill(1)) }
}

function scaled(): Graph {
  const graph = createGraph()
  const x = graph.input('x', ['N', 2])
  graph.output('y', t.mul(x, graph.input('factor', ['N', 1])))
  return graph
}

describe('a product that is an output', () => {
  /** x·W or x·Wᵀ + b, itself an output, goes on transposed: ONNX Runtime joins the two and looks for the output in vain. */
  const product = (transposeB: boolean, bias: boolean): Graph => {
    const graph = createGraph()
    const x = t.transpose(graph.input('x', [2, 'N']), [1, 0])
    const plain = t.matmul(x, graph.input('w', [2, 2]), { transposeB })
    const out = bias ? t.add(plain, graph.input('b', [2])) : plain
    graph.output('out', out)
    graph.output('turned', t.exp(t.transpose(out, [1, 0])))
    return graph
  }
  it.each([[true, false], [false, false], [true, true], [false, true]])('may be used transposed (transposeB %s, bias %s)', async (transposeB, bias) => {
    const inputs = { x: floats([2, 3], [1, 2, 3, 4, 5, 6]), w: floats([2, 2], [0.1, 0.2, 0.3, 0.4]), ...(bias ? { b: floats([2], [1, -1]) } : {}) }
    const [program, exact] = [await onnxruntime.load(product(transposeB, bias)), await reference.load(product(transposeB, bias))]
    const [got, expected] = [await program.run(inputs), await exact.run(inputs)]
    for (const name of ['out', 'turned']) {
      const [a, b] = [got[name]!, expected[name]!]
      expect(a.shape).toEqual(b.shape)
      // Two products and an exponential in float32.
      Array.from(a.data as Float32Array).forEach((value, i) => { expect(value).toBeCloseTo(Number(b.data[i]), 4) })
    }
    await program.dispose()
    await exact.dispose()
  })
})

describe.each([onnxruntime, reference])('inputs of $name', (runtime) => {
  const refused: readonly (readonly [string, TensorMap, string])[] = [
    ['that are missing', { x: floats([3, 2]) }, "the input 'factor' was given no value"],
    ['that do not exist', { x: floats([3, 2]), factor: floats([3, 1]), z: floats([1]) },
      "there is no input 'z'; it takes x, factor"],
    ['of another rank', { x: floats([3]), factor: floats([3, 1]) }, "the input 'x' takes float[N, 2], got float[3]"],
    ['of another length', { x: floats([3, 4]), factor: floats([3, 1]) },
      "the input 'x' takes float[N, 2], got float[3, 4]"],
    ['of another type', { x: { dtype: 'bool', shape: [3, 2], data: new Uint8Array(6) }, factor: floats([3, 1]) },
      "the input 'x' takes float[N, 2], got bool[3, 2]"],
    ['of two batch sizes', { x: floats([3, 2]), factor: floats([4, 1]) },
      "the input 'factor' takes float[N, 1], got float[4, 1], but 'x' says that N is 3"],
    ['with too few values', { x: floats([3, 2], [1, 2]), factor: floats([3, 1]) },
      "the input 'x' takes float[N, 2], got float[3, 2] with 2 values instead of 6"],
  ]
  it.each(refused)('%s are refused', async (_title, inputs, message) => {
    const program = await runtime.load(scaled())
    await expect(program.run(inputs)).rejects.toThrow(message)
    await program.dispose()
  })

  it('may have another batch size in the next run', async () => {
    const program = await runtime.load(scaled(), { threads: 1 })
    for (const n of [1, 5, 2, 0]) {
      const { y } = await program.run({ x: floats([n, 2]), factor: floats([n, 1], new Array<number>(n).fill(3)) })
      expect(y).toEqual(floats([n, 2], new Array<number>(2 * n).fill(3)))
    }
    await program.dispose()
  })

  it('that are multiples of the batch are checked as such', async () => {
    const graph = createGraph()
    graph.output('y', t.reshape(graph.input('x', ['4N']), ['N', 4]))
    const program = await runtime.load(graph)
    await expect(program.run({ x: floats([6]) })).rejects.toThrow(
      "'x' takes float[4N], got float[6]: 6 is no multiple of 4",
    )
    expect((await program.run({ x: floats([8]) }))['y']?.shape).toEqual([2, 4])
    await program.dispose()
  })

  it('may share a name with an output', async () => {
    const graph = createGraph()
    graph.output('theta', t.add(graph.input('theta', [2]), graph.input('theta_out', [2])))
    const program = await runtime.load(graph)
    const inputs = { theta: floats([2], [1, 2]), theta_out: floats([2], [10, 20]) }
    expect(await program.run(inputs)).toEqual({ theta: floats([2], [11, 22]) })
    await program.dispose()
  })
})

describe('onnxruntime', () => {
  it('names the program and the node that failed', async () => {
    const graph = createGraph()
    graph.output('y', t.gather(graph.input('x', [3, 8]), graph.input('at', [1], 'int'), 0))
    const program = await onnxruntime.load(graph)
    await expect(program.run({ x: floats([3, 8]), at: { dtype: 'int', shape: [1], data: BigInt64Array.of(7n) } }))
      .rejects.toThrow(/^onnxruntime: program \(x, at → y\) failed in gather_2 \(Gather\): .*7/)
    await program.dispose()
  })

  it('says which program cannot be loaded', async () => {
    await expect(loadOnnxModel(Uint8Array.of(1, 2, 3))).rejects.toThrow('onnxruntime: the ONNX model cannot be loaded')
  })

  it('states the version of its library', () => {
    expect(onnxruntime.version).toMatch(/^\d+\.\d+\.\d+$/)
  })
})

describe('a model file', () => {
  it('tells its inputs and outputs and runs by itself', async () => {
    const graph = createGraph()
    const x = graph.input('x', ['N', 2])
    const flag = graph.input('flag', [], 'bool')
    graph.output('y', t.where(flag, t.neg(x), x))
    graph.output('count', t.add(graph.input('count', [1], 'int'), 1))
    const model = await loadOnnxModel(emitOnnx(graph, { name: 'file', outputNames: { count: 'next' } }))
    expect(model.inputs).toEqual([
      { name: 'x', dtype: 'float', shape: ['N', 2] },
      { name: 'flag', dtype: 'bool', shape: [] },
      { name: 'count', dtype: 'int', shape: [1] },
    ])
    expect(model.outputs).toEqual(['y', 'next'])
    const inputs: TensorMap = {
      x: floats([2, 2], [1, 2, 3, 4]), flag: { dtype: 'bool', shape: [], data: Uint8Array.of(1) },
      count: { dtype: 'int', shape: [1], data: BigInt64Array.of(41n) },
    }
    expect(await model.run(inputs)).toEqual({
      y: floats([2, 2], [-1, -2, -3, -4]), next: { dtype: 'int', shape: [1], data: BigInt64Array.of(42n) },
    })
    await expect(model.run({ ...inputs, x: floats([2, 3]) })).rejects.toThrow(
      "the input 'x' takes float[N, 2], got float[2, 3]",
    )
    await model.dispose()
  })
})

describe('the catalogue', () => {
  it('loads every engine under its own name', async () => {
    for (const [name, load] of Object.entries(runtimes)) expect((await load()).name).toBe(name)
  })
})
