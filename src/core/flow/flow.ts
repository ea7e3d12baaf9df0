/** A flow assembled from a design: layers unrolled and checked, shapes known, every parameter in its place. */
import { type Issue, type Result, accept, error, reject } from '../issues.ts'
import { bases } from './bases/index.ts'
import type { PlacedBase } from './base.ts'
import { type DesignNode, type FlowDesign, isRepeat } from './design.ts'
import { type EventShape, type LayerDefinition, type LayerSite, type LayerTypes, eventSize } from './layer.ts'
import { layers as catalogue } from './layers/index.ts'
import { type Options, checkOptions } from './options.ts'
import { type ParameterTable, placeParameters } from './parameters.ts'
import { suggest } from '../suggest.ts'

export interface PlacedLayer {
  /** Id of the design's node that this layer comes from. */
  readonly id: string
  /** Where that node stands in the document: `layers[1].layers[0]`. */
  readonly at: string
  readonly definition: LayerDefinition
  readonly site: LayerSite<Options>
  readonly types: LayerTypes
}

export interface Latent {
  /** Path of the layer at which it leaves; `base` for what passes through all. */
  readonly path: string
  readonly event: EventShape
  /** First of its dimensions in z. */
  readonly offset: number
  readonly size: number
}

export interface Flow {
  readonly event: EventShape
  readonly contextSize: number
  readonly layers: readonly PlacedLayer[]
  readonly base: PlacedBase
  /** The parts of z, in the order in which they leave for the base; each is flattened row-major. */
  readonly latents: readonly Latent[]
  /** D: scalars in one event, and in one z. */
  readonly size: number
  readonly table: ParameterTable
}

const MAX_EVENT_SIZE = 1_048_576

interface Assembly {
  readonly contextSize: number
  readonly layers: PlacedLayer[]
  readonly latents: { path: string; event: EventShape }[]
  readonly issues: Issue[]
  event: EventShape
}

/** As much of a design as can be laid out: in an editor a design is wrong half of the time. */
export interface Layout {
  /** The layers whose shapes are known; behind a faulty one, as if that were left out. */
  readonly layers: readonly PlacedLayer[]
  readonly latents: readonly Latent[]
  readonly base: Flow['base'] | undefined
  /** All issues that can be found, not only the first. */
  readonly issues: readonly Issue[]
}

/** Unrolls and checks a design. */
export function layOut(design: FlowDesign, options: { readonly contextSize?: number } = {}): Layout {
  const shape = checkEvent(design.event)
  if (shape !== undefined) return { layers: [], latents: [], base: undefined, issues: [shape] }
  const contextSize = options.contextSize ?? 0
  const state: Assembly = { contextSize, layers: [], latents: [], issues: [], event: design.event }
  addNodes(state, design.layers, 'layers', '')
  state.latents.push({ path: 'base', event: state.event })
  const base = chooseBase(design, eventSize(design.event), contextSize)
  return {
    layers: state.layers,
    latents: placeLatents(state.latents),
    base: base.ok ? base.value : undefined,
    issues: dropRepeated([...state.issues, ...base.issues]),
  }
}

function placeLatents(parts: readonly { readonly path: string; readonly event: EventShape }[]): Latent[] {
  let offset = 0
  return parts.map(({ path, event }) => {
    const latent = { path, event, offset, size: eventSize(event) }
    offset += latent.size
    return latent
  })
}

/** A flow that is ready to be built, or all issues that can be found in its design. */
export function assemble(design: FlowDesign, options: { readonly contextSize?: number } = {}): Result<Flow> {
  const { layers, latents, base, issues } = layOut(design, options)
  if (base === undefined || issues.some(({ severity }) => severity === 'error')) return reject(...issues)
  const table = placeParameters([
    ...layers.map(({ definition, site }) => ({ path: site.path, specs: definition.parameters(site) })),
    { path: 'base', specs: base.definition.parameters(base.site) },
  ])
  return accept({
    event: design.event, contextSize: options.contextSize ?? 0, layers, base, latents, table,
    size: eventSize(design.event),
  }, issues)
}

function checkEvent(event: readonly number[]): Issue | undefined {
  const whole = event.every((dim) => Number.isInteger(dim) && dim >= 1)
  if ((event.length !== 1 && event.length !== 3) || !whole || eventSize(event) > MAX_EVENT_SIZE) {
    return error('event-shape', `expected the shape of one example, [D] or [height, width, channels], got [${event.join(', ')}]`, {
      at: 'event', fix: `use 1 or 3 whole numbers from 1, with a product of at most ${MAX_EVENT_SIZE}`,
    })
  }
  return undefined
}

/** The same mistake in every repetition of a block is one mistake. */
function dropRepeated(issues: readonly Issue[]): Issue[] {
  const seen = new Set<string>()
  return issues.filter((issue) => {
    const key = `${issue.code}|${issue.at ?? ''}|${issue.message}`
    return !seen.has(key) && seen.add(key)
  })
}

function addNodes(state: Assembly, nodes: readonly DesignNode[], at: string, prefix: string): void {
  nodes.forEach((node, i) => {
    if (node.bypass === true) return
    const where = `${at}[${i}]`
    if (!isRepeat(node)) {
      addLayer(state, node, where, `${prefix}${node.id}`)
      return
    }
    for (let round = 0; round < node.times; round++) {
      addNodes(state, node.layers, `${where}.layers`, `${prefix}${node.id}.${round}.`)
      // What fails once fails in every repetition.
      if (state.issues.some((issue) => issue.severity === 'error')) return
    }
  })
}

function addLayer(state: Assembly, node: Exclude<DesignNode, { kind: 'repeat'; times: number }>, at: string, path: string): void {
  const definition = Object.hasOwn(catalogue, node.kind) ? catalogue[node.kind] : undefined
  if (definition === undefined) {
    const fix = node.kind === 'repeat' ? 'give the repeat block its "times" and "layers"' : suggest(node.kind, Object.keys(catalogue))
    state.issues.push(error('layer-unknown', `there is no layer '${node.kind}'`, { at: `${at}.kind`, fix }))
    return
  }
  const options = checkOptions(definition.options, node.options, `${at}.options`)
  state.issues.push(...options.issues)
  if (!options.ok) return
  const site: LayerSite<Options> = { event: state.event, options: options.value, path, contextSize: state.contextSize }
  const types = definition.infer(site)
  // A layer names only the option in question; the place in the document is known here.
  state.issues.push(...types.issues.map((issue): Issue => ({
    ...issue, at: issue.at === undefined ? `${at} (${node.kind} '${node.id}')` : `${at}.options.${issue.at}`,
  })))
  if (!types.ok) return
  state.layers.push({ id: node.id, at, definition, site, types: types.value })
  if (types.value.latent !== undefined) state.latents.push({ path, event: types.value.latent })
  state.event = types.value.event
}

function chooseBase(design: FlowDesign, size: number, contextSize: number): Result<PlacedBase> {
  const { kind, ...rest } = design.base
  const definition = typeof kind === 'string' && Object.hasOwn(bases, kind) ? bases[kind] : undefined
  if (definition === undefined) {
    return reject(error('base-unknown', `there is no base ${JSON.stringify(kind) ?? 'without a kind'}`, {
      at: 'base.kind', fix: suggest(String(kind), Object.keys(bases)),
    }))
  }
  const options = checkOptions(definition.options, rest, 'base')
  if (!options.ok) return options
  const site = { size, contextSize, options: options.value }
  const issues = (definition.check?.(site) ?? []).map((issue): Issue => ({
    ...issue, at: issue.at === undefined ? 'base' : `base.${issue.at}`,
  }))
  return issues.some(({ severity }) => severity === 'error') ? reject(...issues) : accept({ definition, site }, issues)
}
