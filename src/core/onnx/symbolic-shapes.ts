/**
 * Shapes with symbolic axes as int64 vectors of the running model: N is read off the shape of a model input that has
 * it. The nodes for this depend on the model's inputs only, so they all stand at the head of the main graph, where
 * loop bodies see their values by name and every run computes them once.
 */
import type { Graph } from '../ir/graph.ts'
import { type AxisSymbol, type Dim, type Shape, parseDim, showShape } from '../ir/shape.ts'
import type { Initialisers } from './initialisers.ts'
import type { Names } from './names.ts'
import type { OnnxNode } from './records.ts'

interface Source {
  readonly input: string
  readonly axis: number
  readonly factor: number
}

export class SymbolicShapes {
  readonly nodes: OnnxNode[] = []
  readonly #names: Names
  readonly #initialisers: Initialisers
  readonly #sources = new Map<AxisSymbol, Source>()
  readonly #vectors = new Map<string, string>()

  constructor(main: Graph, names: Names, initialisers: Initialisers) {
    this.#names = names
    this.#initialisers = initialisers
    for (const { name, tensor } of main.inputs) {
      tensor.shape.forEach((dim, axis) => this.#offer(name, axis, dim))
    }
  }

  #offer(input: string, axis: number, dim: Dim): void {
    const { factor, symbol } = parseDim(dim)
    if (symbol === undefined) return
    const known = this.#sources.get(symbol)
    if (known === undefined || factor < known.factor) this.#sources.set(symbol, { input, axis, factor })
  }

  /** Name of the vector. */
  vector(shape: Shape): string {
    const key = showShape(shape)
    const known = this.#vectors.get(key)
    if (known !== undefined) return known
    const parts = runs(shape).map((run) => (Array.isArray(run) ? this.#static(run) : this.#axis(run as Dim, shape)))
    const name = parts.length === 1 ? (parts[0] as string) : this.#node('Concat', 'shape', parts, { axis: 0 })
    this.#vectors.set(key, name)
    return name
  }

  #static(values: readonly number[]): string {
    return this.#initialisers.add('int', values, [values.length])
  }

  /** A vector of one element: the length of one symbolic axis. */
  #axis(dim: Dim, shape: Shape): string {
    const known = this.#vectors.get(showShape([dim]))
    if (known !== undefined) return known
    const { factor, symbol } = parseDim(dim)
    const source = symbol && this.#sources.get(symbol)
    if (symbol === undefined || source === undefined) {
      throw new Error(`emitOnnx: no input of the program has the axis ${symbol} that ${showShape(shape)} needs`)
    }
    let length = this.#node('Shape', symbol, [source.input], { start: source.axis, end: source.axis + 1 })
    if (factor % source.factor === 0) {
      length = this.#scaled('Mul', length, factor / source.factor)
    } else {
      length = this.#scaled('Div', this.#scaled('Mul', length, factor), source.factor)
    }
    this.#vectors.set(showShape([dim]), length)
    return length
  }

  #scaled(opType: 'Mul' | 'Div', length: string, by: number): string {
    return by === 1 ? length : this.#node(opType, 'length', [length, this.#static([by])], {})
  }

  #node(opType: string, label: string, inputs: readonly string[], attributes: OnnxNode['attributes']): string {
    const name = this.#names.fresh(label)
    this.nodes.push({ opType, name, inputs, outputs: [name], attributes })
    return name
  }
}

/** The shape in pieces: static axes that follow each other together, symbolic ones by themselves. */
function runs(shape: Shape): readonly (readonly number[] | Dim)[] {
  const pieces: (number[] | Dim)[] = []
  for (const dim of shape) {
    const last = pieces.at(-1)
    if (typeof dim !== 'number') pieces.push(dim)
    else if (Array.isArray(last)) last.push(dim)
    else pieces.push([dim])
  }
  return pieces
}
