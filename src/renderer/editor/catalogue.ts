/** Layers as the palette, the canvas and the search show them. */
import { layers } from '../../core/flow/layers/index.ts'
import type { LayerDefinition, LayerGroup } from '../../core/flow/layer.ts'

export interface LayerEntry {
  readonly kind: string
  readonly title: string
  readonly icon: string
  readonly group: LayerGroup | 'structure'
  readonly summary: string
  readonly source: string
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

const repeat: LayerEntry = {
  kind: 'repeat', title: 'Repeat block', icon: 'repeat', group: 'structure',
  summary: 'Its layers in a row, as often as you say, each time with parameters of their own.', source: '',
}

export const entries: readonly LayerEntry[] = [
  ...Object.values(layers).map(({ kind, editor, docs }): LayerEntry => ({ kind, ...editor, summary: docs.summary, source: docs.source })),
  repeat,
]

const byKind = new Map(entries.map((entry) => [entry.kind, entry]))

export function definitionOf(kind: string): LayerDefinition | undefined {
  return Object.hasOwn(layers, kind) ? layers[kind] : undefined
}

/** A layer of unknown kind is shown under its kind. */
export function entryOf(kind: string): LayerEntry {
  return byKind.get(kind) ?? { kind, title: kind, icon: 'error', group: 'structure', summary: 'There is no such layer.', source: '' }
}

/** The CSS colour of a group. */
export function hueOf(group: LayerEntry['group']): string {
  return group === 'structure' ? 'var(--text-faint)' : `var(--group-${group})`
}
