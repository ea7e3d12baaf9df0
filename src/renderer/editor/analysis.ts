/**
 * What the editor shows about a design, found anew after every edit: the event on every edge, parameters and cost of
 * every node, and every issue with the node that it belongs to. Works on designs that are wrong, as most are while they
 * are drawn. Cheap (well under a millisecond for 60 layers): floating-point operations, which are not, are counted in a
 * worker.
 */
import { type DesignNode, type FlowDesign, isRepeat } from '../../core/flow/design.ts'
import { type Layout, type PlacedLayer, layOut } from '../../core/flow/flow.ts'
import { type DirectionCost, type EventShape, type LayerCost, costOf, eventSize } from '../../core/flow/layer.ts'
import { lintRanges } from '../../core/flow/lint-ranges.ts'
import { lint } from '../../core/flow/lint.ts'
import type { Issue } from '../../core/issues.ts'
import { BASE_END, DATA_END } from '../stores/selection.ts'
import { nodeAt, optionAt } from './tree.ts'

export interface LocatedIssue extends Issue {
  /** The node that it is about, or one of the ends; undefined when it is about the whole. */
  readonly node: string | undefined
  /** The option that it is about. */
  readonly option: string | undefined
}

export type CostPair = LayerCost

export interface NodeFacts {
  /** Event on the data side; undefined where it cannot be known. */
  readonly eventIn: EventShape
  readonly eventOut: EventShape
  /** Event that leaves for the base here. */
  readonly latent: EventShape | undefined
  /** Trained numbers, of all repetitions. */
  readonly parameters: number
  /** How often it stands in the unrolled flow; 0 when it is left out. */
  readonly count: number
  readonly cost: CostPair | undefined
  /** Dimensions that it transforms, for events of few dimensions. */
  readonly transforms: ReadonlySet<number> | undefined
  readonly issues: readonly LocatedIssue[]
}

export interface Analysis {
  readonly nodes: ReadonlyMap<string, NodeFacts>
  readonly issues: readonly LocatedIssue[]
  /** Whether it could be trained as it is. */
  readonly valid: boolean
  /** Event that reaches the base. */
  readonly baseEvent: EventShape
  /** D: scalars in one event. */
  readonly size: number
  readonly parameters: number
  readonly baseParameters: number
  /** Layers of the unrolled flow. */
  readonly layers: number
  readonly cost: CostPair
}

/** Dimensions that are drawn one by one. */
const MAX_DRAWN = 64

const costs: readonly DirectionCost[] = ['one pass', 'one pass a dimension', 'iterative']
const worse = (a: DirectionCost, b: DirectionCost): DirectionCost => (costs.indexOf(a) > costs.indexOf(b) ? a : b)
const onePass: CostPair = { normalize: 'one pass', generate: 'one pass' }

function worst(pairs: readonly (CostPair | undefined)[]): CostPair {
  return pairs.reduce<CostPair>((sum, pair) => pair === undefined ? sum : {
    normalize: worse(sum.normalize, pair.normalize), generate: worse(sum.generate, pair.generate),
  }, onePass)
}

/** `contextSize`: what the flow's context is at least long; the issues `more` are located too. */
export function analyse(design: FlowDesign, more: readonly Issue[] = [], contextSize = 0): Analysis {
  const layout = layOut(design, { contextSize })
  const wrong = layout.issues.some(({ severity }) => severity === 'error')
  const found = wrong ? layout.issues : [...layout.issues, ...lint(layout.layers, eventSize(design.event)), ...lintRanges(layout.layers, String(design.base['kind']))]
  // What is odd beside the data belongs to a layer where it names one, and else to the data.
  const beside = more.map((issue) => locate(issue, design)).map((issue) => ({ ...issue, node: issue.node ?? DATA_END }))
  const issues = [...found.map((issue) => locate(issue, design)), ...beside]
  const nodes = new Map<string, NodeFacts>()
  const walk = new Walk(layout, issues, nodes)
  const baseEvent = walk.list(design.layers, design.event)
  const baseParameters = layout.base === undefined ? 0 : count(layout.base.definition.parameters(layout.base.site))
  return {
    nodes, issues, valid: !wrong, baseEvent, size: eventSize(design.event), baseParameters,
    parameters: walk.parameters + baseParameters, layers: layout.layers.length,
    cost: worst(layout.layers.map(({ definition, site }) => costOf(definition, site))),
  }
}

function locate(issue: Issue, design: FlowDesign): LocatedIssue {
  const at = issue.at ?? ''
  const node = at.startsWith('base') ? BASE_END : at.startsWith('event') ? DATA_END : nodeAt(design.layers, at)?.id
  return { ...issue, node, option: optionAt(at) }
}

function count(specs: readonly { readonly role: string; readonly shape: readonly number[] }[]): number {
  return specs.reduce((sum, { role, shape }) => sum + (role === 'buffer' ? 0 : eventSize(shape)), 0)
}

class Walk {
  readonly #placed = new Map<string, PlacedLayer[]>()
  readonly #issues = new Map<string, LocatedIssue[]>()
  readonly #nodes: Map<string, NodeFacts>
  parameters = 0

  constructor(layout: Layout, issues: readonly LocatedIssue[], nodes: Map<string, NodeFacts>) {
    this.#nodes = nodes
    for (const layer of layout.layers) this.#placed.set(layer.id, [...this.#placed.get(layer.id) ?? [], layer])
    for (const issue of issues) {
      if (issue.node !== undefined) this.#issues.set(issue.node, [...this.#issues.get(issue.node) ?? [], issue])
    }
  }

  /** The event behind a list of nodes. */
  list(nodes: readonly DesignNode[], event: EventShape): EventShape {
    return nodes.reduce(
      (current, node) => isRepeat(node) ? this.#block(node, current) : this.#layer(node, current), event,
    )
  }

  #layer(node: DesignNode, event: EventShape): EventShape {
    const rounds = this.#placed.get(node.id) ?? []
    const [first] = rounds
    const eventOut = node.bypass === true || first === undefined ? event : first.types.event
    const alike = new Map<string, number>()
    const parameters = rounds.reduce((sum, { definition, site }) => {
      const key = site.event.join()
      const known = alike.get(key) ?? count(definition.parameters(site))
      alike.set(key, known)
      return sum + known
    }, 0)
    this.parameters += parameters
    this.#nodes.set(node.id, {
      eventIn: first?.site.event ?? event, eventOut, latent: first?.types.latent, parameters, count: rounds.length,
      cost: first === undefined ? undefined : costOf(first.definition, first.site),
      transforms: first === undefined ? undefined : transformsOf(first),
      issues: this.#issues.get(node.id) ?? [],
    })
    return eventOut
  }

  #block(node: Extract<DesignNode, { readonly times: number }>, event: EventShape): EventShape {
    const inside = this.list(node.layers, event)
    const facts = node.layers.map(({ id }) => this.#nodes.get(id))
    const eventOut = node.bypass === true ? event : this.#lastOf(node)?.types.event ?? inside
    this.#nodes.set(node.id, {
      eventIn: event, eventOut, latent: undefined,
      parameters: facts.reduce((sum, inner) => sum + (inner?.parameters ?? 0), 0),
      count: node.bypass === true ? 0 : facts.reduce((sum, inner) => sum + (inner?.count ?? 0), 0),
      cost: worst(facts.map((inner) => inner?.cost)), transforms: undefined,
      issues: [...this.#issues.get(node.id) ?? [], ...facts.flatMap((inner) => inner?.issues ?? [])],
    })
    return eventOut
  }

  /** What stands last in a block's last repetition. */
  #lastOf(node: DesignNode): PlacedLayer | undefined {
    if (!isRepeat(node)) return this.#placed.get(node.id)?.at(-1)
    return [...node.layers].reverse().map((inner) => this.#lastOf(inner)).find((layer) => layer !== undefined)
  }
}

function transformsOf({ definition, site }: PlacedLayer): ReadonlySet<number> | undefined {
  const size = eventSize(site.event)
  if (size > MAX_DRAWN) return undefined
  const positions = definition.transforms(site)
  if (positions === 'none') return new Set()
  return new Set(positions === 'all' ? Array.from({ length: size }, (_, i) => i) : positions)
}
