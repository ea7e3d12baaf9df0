/** Plants one breakage at a time into a graph that is well formed. */
import { describe, expect, it } from 'vitest'
import type { Graph, Node, Tensor } from '../../../src/core/ir/graph.ts'
import { createGraph } from '../../../src/core/ir/index.ts'
import { add, loop, matmul, mul, neg, tanh } from '../../../src/core/ir/tensor.ts'
import { verify } from '../../../src/core/ir/verify.ts'
import { randomGraph } from './support/random-graph.ts'

/** %0 x [N, 2], %1 w [2, 3], %2 x·w, %3 tanh, %4 constant, %5 sum; output y. */
function sound(): Graph {
  const g = createGraph()
  const product = matmul(g.input('x', ['N', 2]), g.input('w', [2, 3]))
  g.output('y', add(tanh(product), 1))
  return g
}

/** What a bug could do to a graph that its types forbid. */
const broken = (target: object, changes: object): void => void Object.assign(target, changes)
const at = (g: Graph, id: number): Node => g.nodes[id]!
const out = (g: Graph, id: number): Tensor => at(g, id).outputs[0]!

const breakages: Readonly<Record<string, readonly [(g: Graph) => void, string]>> = {
  'ids that are not positions': [(g) => broken(at(g, 3), { id: 7 }), 'node %3 (tanh): its id is 7'],
  'an order that is not a schedule': [
    (g) => {
      const [a, b] = [at(g, 2), at(g, 3)]
      broken(a, { id: 3 })
      broken(b, { id: 2 })
      g.nodes.splice(2, 2, b, a)
    }, 'node %2 (tanh): an input comes after it'],
  'a node that uses itself': [
    (g) => broken(at(g, 3), { inputs: [out(g, 3)] }),
    'node %3 (tanh): an input comes after it'],
  'a node that has been taken out': [
    (g) => {
      g.nodes.splice(3, 1)
      g.nodes.forEach((node, id) => broken(node, { id }))
    }, 'node %4 (add): an input is no output of a node of the graph'],
  'an input from another graph': [
    (g) => broken(at(g, 3), { inputs: [createGraph().input('x', ['N', 3])] }),
    'node %3 (tanh): an input belongs to another graph'],
  'an input of a copied tensor': [
    (g) => broken(at(g, 3), { inputs: [{ ...out(g, 2), shape: ['N', 3] }] }),
    'node %3 (tanh): an input is no output of a node'],
  'an output that its node does not have': [
    (g) => broken(at(g, 3), { inputs: [{ ...out(g, 2), output: 1 }] }),
    'node %3 (tanh): an input is no output of a node'],
  'an input of another shape than the rule takes': [
    (g) => broken(at(g, 2), { inputs: [out(g, 1), out(g, 0)] }),
    'node %2 (matmul): matmul(float[2, 3], float[N, 2]): cannot multiply'],
  'too few inputs': [
    (g) => broken(at(g, 5), { inputs: [out(g, 3)] }),
    'node %5 (add): add(float[N, 3]): takes two tensors'],
  'an op that there is not': [
    (g) => broken(at(g, 3), { op: 'tanhh' }),
    "node %3 (tanhh): there is no op named 'tanhh'"],
  'an output of another shape than the rule says': [
    (g) => broken(out(g, 3), { shape: ['N', 4] }), 'node %3 (tanh): its output types are not what its shape rule says'],
  'an output of another type than the rule says': [
    (g) => broken(out(g, 3), { dtype: 'int' }), 'node %3 (tanh): its output types are not what its shape rule says'],
  'an output too many': [
    (g) => broken(at(g, 3), { outputs: [out(g, 3), { ...out(g, 3), output: 1 }] }),
    'node %3 (tanh): its output types are not what its shape rule says'],
  'an output that points to another node': [
    (g) => broken(out(g, 3), { node: at(g, 2) }),
    'node %3 (tanh): an output is not its own'],
  'attributes that do not fit any more': [
    (g) => broken(at(g, 2), { attributes: { transposeA: true, transposeB: false } }), 'node %2 (matmul): matmul('],
  'an input of the program that is not declared': [
    (g) => void g.inputs.pop(), 'the pass: the declared inputs are not the input nodes'],
  'an input that is no input node': [
    (g) => void g.inputs.push({ name: 'z', tensor: out(g, 3) }),
    'the pass: the declared inputs are not the input nodes'],
  'a result of another graph': [
    (g) => void g.outputs.push({ name: 'z', tensor: createGraph().constant(1) }),
    "the pass: 'z' belongs to another graph"],
  'a result that is not computed any more': [
    (g) => void g.nodes.pop(), "the pass: 'y' is no output of a node of the graph"],
}

describe('verify', () => {
  it('accepts what is well formed', () => {
    expect(() => verify(sound(), 'the pass')).not.toThrow()
    for (let seed = 1; seed <= 10; seed++) verify(randomGraph(seed, true), 'the pass')
  })

  it.each(Object.entries(breakages))('finds %s', (_what, [plant, message]) => {
    const g = sound()
    plant(g)
    expect(() => verify(g, 'the pass')).toThrow(message)
    expect(() => verify(g, 'the pass')).toThrow(/^the pass: /)
  })

  it('finds breakage in the body of a loop', () => {
    const body = createGraph()
    body.input('iteration', [], 'int')
    body.output('next', neg(mul(body.input('z', [2]), 2)))
    const g = createGraph()
    const [count, start] = [g.constant(3, [], 'int'), g.input('z', [2])]
    g.output('y', loop({ count, carried: [start], captured: [], body }).carried[0]!)
    verify(g, 'the pass')
    broken(at(body, 3), { inputs: [out(body, 1)] })
    const message = 'the pass: node %2 (loop), in its body: node %3 (mul): mul(float[2]): takes two tensors'
    expect(() => verify(g, 'the pass')).toThrow(message)
  })
})
