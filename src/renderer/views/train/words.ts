/** How figures of a training are written. */
import type { RunState, RunSummary } from '../../../shared/api.ts'
import { bitsPerDimension } from '../../../shared/bits.ts'

/** `0:07`, `12:40`, `3:05:00`. */
export function showDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–'
  const whole = Math.max(0, Math.round(seconds))
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const two = (value: number): string => String(value).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}

export type Unit = 'nats' | 'bits'
/** From here on digits say nothing any more. */
const HUGE = 1e6
export const unitNames: Readonly<Record<Unit, string>> = { nats: 'nats', bits: 'bits/dim' }

/** How an example is counted in bits. */
export type Scale = Pick<RunSummary, 'dimension' | 'meanLogUnit'>

/** A likelihood of an example, or a bound on it, in the unit: bits are of the data before their noise. */
export function inUnit(nats: number, unit: Unit, { dimension, meanLogUnit = 0 }: Scale): number {
  return unit === 'nats' ? nats : bitsPerDimension(nats, dimension, meanLogUnit)
}

/** Factor from nats of an example to the unit, for differences. */
export function factorOf(unit: Unit, dimension: number): number {
  return unit === 'nats' ? 1 : 1 / (Math.max(1, dimension) * Math.LN2)
}

const superscript = (exponent: number): string => String(exponent).replace(/./g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'.charAt(Number(digit)))

/** `1.372`; as many digits as tell two good models apart, and of what ran away `4.55·10⁶`. */
export function showNats(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–'
  if (Math.abs(value) >= HUGE) {
    const exponent = Math.floor(Math.log10(Math.abs(value)))
    return `${(value / 10 ** exponent).toFixed(2)}·10${superscript(exponent)}`.replace('-', '−')
  }
  return (Math.abs(value) >= 1000 ? value.toFixed(1) : value.toFixed(3)).replace('-', '−')
}

/** A share as `97.3 %`. */
export const showShare = (share: number): string => `${(100 * share).toFixed(1)} %`

export function showRate(stepsPerSecond: number): string {
  return stepsPerSecond >= 100 ? Math.round(stepsPerSecond).toLocaleString('en') : stepsPerSecond.toPrecision(2)
}

/** Steps a second over all trainings of a run. */
export function meanRate({ step, seconds }: Pick<RunSummary, 'step' | 'seconds'>): number | undefined {
  return seconds === undefined || seconds <= 0 || step === 0 ? undefined : step / seconds
}

export const stateNames: Readonly<Record<RunState, string>> = {
  queued: 'Starting', running: 'Training', paused: 'Paused', completed: 'Completed', early: 'Stopped early', stopped: 'Stopped',
  failed: 'Failed', interrupted: 'Interrupted',
}

export const isActive = (state: RunState): boolean => state === 'queued' || state === 'running' || state === 'paused'

/** Whether it can go on from its checkpoint. */
export const isResumable = ({ state, step, steps }: Pick<RunSummary, 'state' | 'step' | 'steps'>): boolean =>
  state === 'interrupted' || state === 'failed' || (state === 'stopped' && step < steps)
