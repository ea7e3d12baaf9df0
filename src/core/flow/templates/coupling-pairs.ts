/** Couplings by pairs, the second of each with the other side, as NICE and Real NVP stack them. */
import type { DesignNode, RepeatNode } from '../design.ts'
import { type Start, type TemplateOptions, widthFor } from './template.ts'

/** Options of a coupling with this transformer, whose conditioner is a perceptron. */
export function couplingOptions(
  start: Start, transformer: Readonly<Record<string, unknown>>, { width, depth = 2 }: TemplateOptions,
): Readonly<Record<string, unknown>> {
  return {
    mask: start.mask, transformer,
    conditioner: { kind: 'mlp', width: width ?? widthFor(start.size), depth, activation: 'relu' },
  }
}

/** `behind`: kind of a layer behind each of them, where there is one. */
export function couplingPairs(
  options: Readonly<Record<string, unknown>>, couplings: number, behind?: string,
): RepeatNode {
  const side = (id: string, swap: Readonly<Record<string, unknown>>): readonly DesignNode[] => [
    { id, kind: 'coupling', options: { ...options, ...swap } },
    ...(behind === undefined ? [] : [{ id: `${id}Norm`, kind: behind }]),
  ]
  return {
    id: 'pairs', kind: 'repeat', times: Math.ceil(couplings / 2),
    layers: [...side('first', {}), ...side('second', { swap: true })],
  }
}
