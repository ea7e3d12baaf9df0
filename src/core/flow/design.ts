/** The part of a document that describes a flow, as it stands in JSON after its form has been checked. */

/** One layer. Its options are checked against its definition when the flow is assembled. */
export interface LayerNode {
  /** Unique in the design; stays with the layer through edits. */
  readonly id: string
  readonly kind: string
  readonly options?: Readonly<Record<string, unknown>>
  /** Left out of the flow, but kept in the design. */
  readonly bypass?: boolean
}

/** Layers in a row, `times` times, each time with parameters of its own. */
export interface RepeatNode {
  readonly id: string
  readonly kind: 'repeat'
  readonly times: number
  readonly layers: readonly DesignNode[]
  readonly bypass?: boolean
}

export type DesignNode = LayerNode | RepeatNode

export interface FlowDesign {
  /** Shape of one example, [D] or [height, width, channels]. */
  readonly event: readonly number[]
  /** From the data to the base. */
  readonly layers: readonly DesignNode[]
  /** `{"kind": "gaussian", …options}`. */
  readonly base: Readonly<Record<string, unknown>>
}

export function isRepeat(node: DesignNode): node is RepeatNode {
  return node.kind === 'repeat' && 'layers' in node
}
