/** Layers as the palette, the canvas and the search show them. */
import { layers } from '../../core/flow/layers/index.ts'
import type { LayerNode } from '../../core/flow/design.ts'
import type { LayerDefinition, LayerGroup } from '../../core/flow/layer.ts'
import type { Fields } from '../../core/flow/options.ts'
import { summaryOf } from './words.ts'

export interface LayerEntry {
  readonly kind: string
  readonly title: string
  readonly icon: string
  readonly group: LayerGroup | 'structure'
  readonly summary: string
  readonly source: string
  /** What it is found by besides: the papers, and the parts that can be put into it. */
  readonly words: string
}

export const groupTitles: Readonly<Record<LayerEntry['group'], string>> = {
  coupling: 'Coupling',
  autoregressive: 'Autoregressive',
  residual: 'Residual',
  mixing: 'Mixing',
  elementwise: 'Element-wise',
  normalisation: 'Normalisation',
  shape: 'Shape',
  data: 'Data',
  structure: 'Structure',
}

export const groups = Object.keys(groupTitles) as readonly LayerEntry['group'][]

const repeat: LayerEntry = {
  kind: 'repeat', title: 'Repeat block', icon: 'repeat', group: 'structure',
  summary: 'Its layers in a row, as often as you say, each time with parameters of their own.', source: '', words: '',
}

function partTitles(options: Fields): string {
  const parts = Object.values(options).flatMap((field) => (field.type === 'part' ? Object.values(field.parts) : []))
  return parts.map(({ title }) => title).join(' ')
}

/** In the order of their groups. */
export const entries: readonly LayerEntry[] = [
  ...Object.values(layers)
    .map(({ kind, editor, docs, options }): LayerEntry => ({
      kind, ...editor, summary: docs.summary, source: docs.source, words: `${docs.source} ${partTitles(options)}`,
    })),
  repeat,
].sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group))

const byKind = new Map(entries.map((entry) => [entry.kind, entry]))

export function definitionOf(kind: string): LayerDefinition | undefined {
  return Object.hasOwn(layers, kind) ? layers[kind] : undefined
}

/** A layer of unknown kind is shown under its kind. */
export function entryOf(kind: string): LayerEntry {
  return byKind.get(kind) ?? {
    kind, title: kind, icon: 'error', group: 'structure', summary: 'There is no such layer.', source: '', words: '',
  }
}

/** The CSS colour of a group. */
export function hueOf(group: LayerEntry['group']): string {
  return group === 'structure' ? 'var(--text-faint)' : `var(--group-${group})`
}

const summaries = new WeakMap<LayerNode, string>()

/** The options of a layer in one line; empty where it has none. Nodes never change, so each is written once. */
export function layerSummary(node: LayerNode): string {
  const known = summaries.get(node)
  if (known !== undefined) return known
  const definition = definitionOf(node.kind)
  const summary = definition === undefined ? `There is no layer “${node.kind}”.` : summaryOf(definition, node.options)
  summaries.set(node, summary)
  return summary
}
