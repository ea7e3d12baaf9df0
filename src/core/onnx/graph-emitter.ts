/**
 * Emits the nodes of one IR graph as nodes of one ONNX graph. A loop's body is emitted by an emitter of its own, which
 * shares the names and the symbolic shapes of the model. Nodes are named after the IR node they come from
 * (`%12: … = tanh(…)` becomes `tanh_12`), so that an engine's message leads back to the printed program.
 */
import { reachable } from '../ir/copy.ts'
import type { Graph, Node, OnnxAttributes, OnnxBody, OnnxBodyOptions, OnnxEmitter, Tensor } from '../ir/graph.ts'
import { type MatmulAttributes, gemmAttributes } from '../ir/ops/matmul.ts'
import { type Shape, isStatic } from '../ir/shape.ts'
import { type GemmPlan, planGemms } from './gemm.ts'
import { Initialisers } from './initialisers.ts'
import type { Names } from './names.ts'
import { OnnxGraph, type OnnxNode, type OnnxValue } from './records.ts'
import { SymbolicShapes } from './symbolic-shapes.ts'

export class GraphEmitter implements OnnxEmitter {
  readonly nodes: OnnxNode[] = []
  readonly initialisers: Initialisers
  readonly names: Names
  readonly #graph: Graph
  readonly #scope: string
  readonly #symbols: SymbolicShapes
  readonly #values = new Map<Tensor, string>()
  /** Values that nodes of this graph compute: the only ones that may be its outputs. */
  readonly #computed = new Set<string>()
  /** Label of what is being lowered, and how many nodes that has made so far. */
  #label = ''
  #made = 0

  constructor(graph: Graph, names: Names, outer?: { readonly scope: string; readonly symbols: SymbolicShapes }) {
    this.#graph = graph
    this.names = names
    this.initialisers = new Initialisers(names)
    this.#scope = outer?.scope ?? ''
    this.#symbols = outer?.symbols ?? new SymbolicShapes(graph, names, this.initialisers)
  }

  /** What computes the symbolic shapes; it comes before the nodes of the main graph. */
  get preamble(): readonly OnnxNode[] {
    return this.#symbols.nodes
  }

  bind(tensor: Tensor, name: string): void {
    this.#values.set(tensor, name)
  }

  valueOf(tensor: Tensor): string {
    const name = this.#values.get(tensor)
    if (name !== undefined) return name
    throw new Error(`emitOnnx: ${tensor.node.op} (%${tensor.node.id}) is used before it is computed`)
  }

  /** Emits all nodes that the outputs need; the inputs have been bound. */
  run(): void {
    const needed = reachable(this.#graph)
    const plan = planGemms(this.#graph, needed)
    for (const node of this.#graph.nodes) {
      if (!needed.has(node) || node.op === 'input' || plan.absorbed.has(node)) continue
      this.#begin(`${node.op}_${node.id}`)
      const names = this.#lower(node, plan)
      node.outputs.forEach((output, i) => this.bind(output, names[i] as string))
    }
  }

  #begin(label: string): void {
    this.#label = this.#scope + label
    this.#made = 0
  }

  #lower(node: Node, plan: GemmPlan): readonly string[] {
    const gemm = plan.fused.get(node)
    if (gemm !== undefined) {
      const operands = [...gemm.product.inputs, gemm.bias].map((tensor) => this.valueOf(tensor))
      return this.node('Gemm', operands, gemmAttributes(gemm.product.attributes as MatmulAttributes))
    }
    const inputs = node.inputs.map((tensor) => this.valueOf(tensor))
    const { onnx } = this.#graph.rule(node.op)
    return typeof onnx === 'string' ? this.node(onnx, inputs, {}, node.outputs.length) : onnx(this, node, inputs)
  }

  /**
   * Name for a value that leaves this graph: an input, a constant, an outer value, or one that has left already under
   * another name, goes through an `Identity`, because ONNX wants every output computed and named once.
   *
   * A transposition that is also used inside goes through the maximum of itself alone, and so does a product that is also
   * used transposed: ONNX Runtime (1.30, 1.31) joins the two and drops the output, then reads where it was. It would see
   * through an `Identity`.
   */
  leave(tensor: Tensor, left: Set<string>): string {
    const value = this.valueOf(tensor)
    this.#begin('identity')
    const own = this.#computed.has(value) && !left.has(value)
    const copied = own && tensor.dtype !== 'bool' && this.#isJoinedWithUse(value)
    const name = own && !copied ? value : (this.node(copied ? 'Max' : 'Identity', [value])[0] as string)
    left.add(name)
    return name
  }

  #isJoinedWithUse(value: string): boolean {
    const maker = this.nodes.find(({ outputs }) => outputs[0] === value)?.opType
    const users = this.nodes.filter(({ inputs }) => inputs.includes(value))
    if (maker === 'Transpose') return users.length > 0
    return (maker === 'Gemm' || maker === 'MatMul') && users.some(({ opType }) => opType === 'Transpose')
  }

  node(opType: string, inputs: readonly string[], attributes: OnnxAttributes = {}, outputs = 1): readonly string[] {
    const name = this.names.fresh(this.#made++ === 0 ? this.#label : `${this.#label}_${opType}`)
    const results = outputs === 1 ? [name] : Array.from({ length: outputs }, (_, i) => this.names.fresh(`${name}_${i}`))
    this.nodes.push({ opType, name, inputs, outputs: results, attributes })
    results.forEach((result) => this.#computed.add(result))
    return results
  }

  int64(values: ArrayLike<number>, shape: readonly number[] = [values.length]): string {
    return this.initialisers.add('int', values, shape)
  }

  float(values: ArrayLike<number>, shape: readonly number[] = [values.length]): string {
    return this.initialisers.add('float', values, shape)
  }

  bool(values: ArrayLike<number>, shape: readonly number[] = [values.length]): string {
    return this.initialisers.add('bool', values, shape)
  }

  shape(shape: Shape): string {
    return isStatic(shape) ? this.int64(shape) : this.#symbols.vector(shape)
  }

  body(graph: Graph, options: OnnxBodyOptions): OnnxBody {
    const scope = `${this.#label}_`
    const inner = new GraphEmitter(graph, this.names, { scope, symbols: this.#symbols })
    const { from, names } = options.captured
    const inputs = graph.inputs.flatMap(({ name, tensor }, i): OnnxValue[] => {
      const value = i < from ? this.names.fresh(scope + name) : (names[i - from] as string)
      inner.bind(tensor, value)
      return i < from ? [{ name: value, dtype: tensor.dtype, shape: tensor.shape }] : []
    })
    const goOn: OnnxValue = { name: this.names.fresh(`${scope}condition`), dtype: 'bool', shape: [] }
    inputs.splice(1, 0, goOn)
    inner.run()
    const left = new Set<string>()
    const outputs = graph.outputs.map(({ tensor }): OnnxValue =>
      ({ name: inner.leave(tensor, left), dtype: tensor.dtype, shape: tensor.shape }))
    inner.#begin('condition')
    const condition = options.conditional
      ? (outputs.pop() as OnnxValue)
      : { ...goOn, name: inner.node('Identity', [goOn.name])[0] as string }
    return new OnnxGraph({
      name: `${this.#label}_body`, nodes: inner.nodes, inputs, outputs: [condition, ...outputs],
      initialisers: inner.initialisers.list,
    })
  }
}
