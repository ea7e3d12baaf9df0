/** Couplings by pairs, the second of each with the other side: normalised between, or with a mixing layer before each. */
import type { DesignNode } from '../design.ts'
import { perceptron, repeated } from './stack.ts'
import type { Start, TemplateOptions } from './template.ts'

type Options = Readonly<Record<string, unknown>>

/** Options of a coupling with this transformer, whose conditioner is a perceptron. */
export function couplingOptions(start: Start, transformer: Options, network: TemplateOptions): Options {
  return { mask: start.mask, transformer, conditioner: perceptron('mlp', start, network) }
}

/** As NICE and Real NVP stack them: an odd one out comes last. `behind`: kind of a layer behind each, where there is one. */
export function couplingPairs(options: Options, couplings: number, behind?: string): readonly DesignNode[] {
  const side = (id: string, more: Options): readonly DesignNode[] => [
    { id, kind: 'coupling', options: { ...options, ...more } },
    ...(behind === undefined ? [] : [{ id: `${id}Norm`, kind: behind }]),
  ]
  const pairs = repeated('pairs', Math.floor(couplings / 2), [...side('first', {}), ...side('second', { swap: true })])
  return [...(couplings < 2 ? [] : [pairs]), ...(couplings % 2 === 0 ? [] : side('last', {}))]
}

/** With a layer that mixes all dimensions before each coupling; an odd number is rounded up. */
export function mixedPairs(options: Options, couplings: number, mix: { readonly kind: string; readonly options?: Options }): DesignNode {
  return repeated('pairs', Math.ceil(couplings / 2), [
    { id: 'firstMix', ...mix },
    { id: 'first', kind: 'coupling', options },
    { id: 'secondMix', ...mix },
    { id: 'second', kind: 'coupling', options: { ...options, swap: true } },
  ])
}
