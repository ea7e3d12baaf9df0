/**
 * What no training's loss stays below for long, in nats, where it is known: the entropy of the data, or −log Z of the
 * target. A loss that is no likelihood has none, nor has one on a target while that is annealed.
 */
import type { RunFile } from '../studio/run-file.ts'

export interface LossFloor {
  readonly nats: number
  /** The step from which it holds. */
  readonly from: number
}

export function lossFloor({ data: { entropy, log_z: logZ }, document }: Pick<RunFile, 'data' | 'document'>): LossFloor | undefined {
  const { objective: { kind, options }, steps } = document.training
  const nats = entropy ?? (logZ === undefined || logZ === null ? undefined : -logZ)
  if (nats === undefined || kind === 'adversarial') return undefined
  const { annealFrom, annealFraction } = options
  const annealed = kind === 'reverse-kl' && typeof annealFrom === 'number' && annealFrom < 1 && typeof annealFraction === 'number'
  return { nats, from: annealed ? annealFraction * steps : 0 }
}
