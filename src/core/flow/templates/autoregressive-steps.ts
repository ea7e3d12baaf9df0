/** Autoregressive layers, the order of the dimensions turned around between, as MAF and IAF stack them. */
import type { DesignNode } from '../design.ts'
import { repeated } from './stack.ts'
import type { Start } from './template.ts'

/** `behind`: kind of a layer behind each of them, where there is one. A single dimension has no order. */
export function autoregressiveSteps(
  start: Start, options: Readonly<Record<string, unknown>>, couplings: number, behind?: string,
): DesignNode {
  return repeated('steps', couplings, [
    { id: 'step', kind: 'autoregressive', options },
    ...(behind === undefined ? [] : [{ id: 'norm', kind: behind }]),
    ...(start.size > 1 ? [{ id: 'turn', kind: 'permutation' }] : []),
  ])
}
