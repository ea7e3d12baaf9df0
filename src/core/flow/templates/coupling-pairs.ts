/** Couplings by pairs, the second of each with the other side, as NICE and Real NVP stack them. */
import type { DesignNode } from '../design.ts'
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

/** An odd one out comes last. `behind`: kind of a layer behind each of them, where there is one. */
export function couplingPairs(
  options: Readonly<Record<string, unknown>>, couplings: number, behind?: string,
): readonly DesignNode[] {
  const side = (id: string, more: Readonly<Record<string, unknown>>): readonly DesignNode[] => [
    { id, kind: 'coupling', options: { ...options, ...more } },
    ...(behind === undefined ? [] : [{ id: `${id}Norm`, kind: behind }]),
  ]
  const pairs: DesignNode = {
    id: 'pairs', kind: 'repeat', times: Math.floor(couplings / 2),
    layers: [...side('first', {}), ...side('second', { swap: true })],
  }
  return [...(couplings < 2 ? [] : [pairs]), ...(couplings % 2 === 0 ? [] : side('last', {}))]
}
