/** What the emitter writes, read back with the schema. */
import { readFileSync } from 'node:fs'
import { fromBinary } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import type { Graph, Tensor } from '../../../src/core/ir/graph.ts'
import { createGraph } from '../../../src/core/ir/index.ts'
import * as t from '../../../src/core/ir/tensor.ts'
import { IR_VERSION, OPSET, emitOnnx } from '../../../src/core/onnx/emit.ts'
import { type GraphProto, type ModelProto, ModelProtoSchema } from '../../../src/core/onnx/generated/onnx_pb.ts'
import { producer } from '../../../src/core/onnx/producer.ts'
import { cases } from '../../support/graph-cases.ts'
import { checkModel } from './check-model.ts'

function emitted(build: (graph: Graph) => void, options: Partial<Parameters<typeof emitOnnx>[1]> = {}): ModelProto {
  const graph = createGraph()
  build(graph)
  return fromBinary(ModelProtoSchema, emitOnnx(graph, { name: 'test', ...options }))
}

const graphOf = (model: ModelProto): GraphProto => {
  if (model.graph === undefined) throw new Error('the model has no graph')
  return model.graph
}
const opTypes = (graph: GraphProto): string[] => graph.node.map((node) => node.opType)

describe('the model', () => {
  const model = emitted((g) => g.output('y', t.exp(g.input('x', ['N', 2]))), {
    name: 'density', metadata: { seed: '7', note: 'größer als 0' }, docs: { x: 'data', y: 'density' },
  })

  it('states its versions, its producer and the metadata', () => {
    expect(model.irVersion).toBe(8n)
    expect(model.opsetImport.map(({ domain, version }) => [domain, version])).toEqual([['', 17n]])
    expect([IR_VERSION, OPSET]).toEqual([8, 17])
    expect([model.producerName, model.producerVersion]).toEqual([producer.name, producer.version])
    expect(model.metadataProps.map(({ key, value }) => [key, value])).toEqual([['seed', '7'], ['note', 'größer als 0']])
  })

  it('names the package and its version as the producer', () => {
    const { name, version } = JSON.parse(readFileSync('package.json', 'utf8')) as { name: string; version: string }
    expect(producer).toEqual({ name, version })
  })

  it('has typed inputs and outputs with their texts, symbolic axes as parameters', () => {
    const { name, input, output } = graphOf(model)
    expect(name).toBe('density')
    expect(input.map((value) => [value.name, value.docString])).toEqual([['x', 'data']])
    expect(output.map((value) => [value.name, value.docString])).toEqual([['y', 'density']])
    const type = input[0]?.type?.value
    expect(type?.case === 'tensorType' && type.value.shape?.dim.map(({ value }) => value.value)).toEqual(['N', 2n])
  })

  it('is the same, byte for byte, when it is emitted again', () => {
    for (const list of Object.values(cases)) {
      for (const one of list) {
        const [first, second] = [1, 2].map(() => {
          const graph = createGraph()
          one.build(graph)
          return emitOnnx(graph, { name: 'again', outputNames: { x: 'x_out', theta: 'theta_out' } })
        })
        expect(first).toEqual(second)
      }
    }
  })
})

describe('well-formedness', () => {
  for (const [op, list] of Object.entries(cases)) {
    it(`of every case of ${op}`, () => {
      for (const one of list) {
        const graph = createGraph()
        one.build(graph)
        const outputNames = Object.fromEntries(graph.outputs.map(({ name }) => [name, `${name}_out`]))
        const model = fromBinary(ModelProtoSchema, emitOnnx(graph, { name: op, outputNames }))
        expect(checkModel(model), one.title).toEqual([])
      }
    })
  }

  it('is refused by the check when it is broken', () => {
    const broken = emitted((g) => g.output('y', t.exp(t.tanh(g.input('x', [2])))))
    graphOf(broken).node.reverse()
    expect(checkModel(broken)).not.toEqual([])
    const twice = emitted((g) => g.output('y', t.exp(g.input('x', [2]))))
    graphOf(twice).node.push(...graphOf(twice).node)
    expect(checkModel(twice)).not.toEqual([])
  })
})

describe('constants', () => {
  it('that are equal are written once', () => {
    const big = Array.from({ length: 1000 }, (_, i) => i)
    const model = emitted((g) => {
      const x = g.input('x', ['N', 1000])
      const y = t.add(t.mul(x, g.constant(big, [1000])), t.mul(t.exp(x), g.constant(big, [1000])))
      g.output('y', t.add(t.mul(y, 2), t.mul(t.tanh(y), 2)))
    })
    expect(graphOf(model).initializer.map(({ dims }) => dims.map(Number))).toEqual([[1000], []])
  })

  it('of the same numbers but another shape, type or sign of zero stay apart', () => {
    const model = emitted((g) => {
      g.output('a', t.mul(g.input('x', [2]), g.constant([0, 0], [2])))
      g.output('b', t.mul(g.input('y', [1, 2]), g.constant([0, 0], [1, 2])))
      g.output('c', t.mul(g.input('z', [2]), g.constant([-0, 0], [2])))
      g.output('d', t.add(g.input('w', [2], 'int'), g.constant([0, 0], [2], 'int')))
    })
    expect(graphOf(model).initializer).toHaveLength(4)
  })

  it('are little-endian float32, int64 and one byte a bool', () => {
    const model = emitted((g) => {
      g.output('f', g.constant([1.5, -2], [2]))
      g.output('i', g.constant([-2, 2 ** 40], [2], 'int'))
      g.output('b', g.constant([1, 0, 1], [3], 'bool'))
    })
    expect(graphOf(model).initializer.map(({ rawData }) => [...rawData])).toEqual([
      [0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0],
      [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1, 0, 0],
      [1, 0, 1],
    ])
  })

  it('may be large: 50 MB are emitted without overflowing the stack', () => {
    const values = new Float64Array(12_500_000).fill(0.5)
    const graph = createGraph()
    graph.output('y', t.add(graph.input('x', [1]), graph.constant(values, [values.length])))
    expect(emitOnnx(graph, { name: 'large' }).length).toBeGreaterThan(50_000_000)
  })
})

describe('outputs', () => {
  it('that are an input, a constant, or one value twice are computed by Identity', () => {
    const model = emitted((g) => {
      const x = g.input('x', ['N'])
      const y = t.exp(x)
      g.output('same', x)
      g.output('again', x)
      g.output('constant', g.constant(3))
      g.output('y', y)
      g.output('z', y)
    })
    expect(graphOf(model).node.map(({ opType, input, output }) => [opType, input, output])).toEqual([
      ['Exp', ['x'], ['y']],
      ['Identity', ['x'], ['same']],
      ['Identity', ['x'], ['again']],
      ['Identity', ['float'], ['constant']],
      ['Identity', ['y'], ['z']],
    ])
  })

  it('called like an input are refused, unless they get another name', () => {
    const build = (g: Graph): void => g.output('x', t.exp(g.input('x', ['N'])))
    expect(() => emitted(build)).toThrow("two inputs or outputs would be named 'x'")
    expect(graphOf(emitted(build, { outputNames: { x: 'next' } })).output[0]?.name).toBe('next')
  })

  it('do not push an input or output that is named like a node aside', () => {
    const model = emitted((g) => {
      const x = g.input('exp_1', ['N'])
      g.output('float', t.mul(t.exp(x), 2))
    })
    expect(checkModel(model)).toEqual([])
    expect(graphOf(model).node.map(({ output }) => output[0])).toEqual(['exp_1_2', 'float'])
  })
})

describe('nodes', () => {
  it('that no output needs are left out', () => {
    const model = emitted((g) => {
      const x = g.input('x', ['N'])
      t.exp(x)
      g.output('y', t.tanh(x))
    })
    expect(opTypes(graphOf(model))).toEqual(['Tanh'])
  })

  it('of a product and a bias become one Gemm, transposed where the product is', () => {
    const model = emitted((g) =>
      g.output('y', t.add(
        g.input('b', [4]),
        t.matmul(g.input('x', [3, 'N']), g.input('w', [4, 3]), { transposeA: true, transposeB: true }))))
    const [gemm] = graphOf(model).node
    expect(opTypes(graphOf(model))).toEqual(['Gemm'])
    expect(gemm?.input).toEqual(['x', 'w', 'b'])
    expect(gemm?.attribute.map(({ name, i }) => [name, i])).toEqual([['transA', 1n], ['transB', 1n]])
  })

  it('of a product that is used twice, or is an output, stay apart', () => {
    const twice = emitted((g) => {
      const product = t.matmul(g.input('x', ['N', 3]), g.input('w', [3, 4]))
      g.output('y', t.mul(t.add(product, g.input('b', [4])), product))
    })
    expect(opTypes(graphOf(twice))).toEqual(['MatMul', 'Add', 'Mul'])
    const shown = emitted((g) => {
      const product: Tensor = t.matmul(g.input('x', ['N', 3]), g.input('w', [3, 4]))
      g.output('product', product)
      g.output('y', t.add(product, g.input('b', [4])))
    })
    expect(opTypes(graphOf(shown))).toEqual(['MatMul', 'Add'])
  })

  it('read a symbolic axis that no input has from nowhere: that is an error', () => {
    const build = (g: Graph): void => g.output('y', t.broadcastTo(g.input('x', [1]), ['N']))
    expect(() => emitted(build)).toThrow('no input of the program has the axis N')
  })
})
