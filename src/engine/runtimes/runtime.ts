/** What an engine offers: it loads a graph and runs it. One file an engine; `catalogue.ts` lists them. */
import type { Graph } from '../../core/ir/graph.ts'

/** A tensor on its way into or out of an engine, row-major. */
export type TensorData =
  | { readonly dtype: 'float'; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly dtype: 'int'; readonly shape: readonly number[]; readonly data: BigInt64Array }
  | { readonly dtype: 'bool'; readonly shape: readonly number[]; readonly data: Uint8Array }
export type TensorMap = Readonly<Record<string, TensorData>>

/** A loaded graph. Inputs and outputs go by the graph's names. */
export interface Executable {
  run(inputs: TensorMap): Promise<TensorMap>
  dispose(): Promise<void>
}

export interface LoadOptions {
  /** Threads inside one operation; the engine's own choice when left out. */
  readonly threads?: number
}

export interface Runtime {
  /** Id on the command line and in run files: `onnxruntime`. */
  readonly name: string
  readonly title: string
  /** Version of the library that runs the graph. */
  readonly version: string
  /** The graph is run as it is: optimise it first. */
  load(graph: Graph, options?: LoadOptions): Promise<Executable>
}
