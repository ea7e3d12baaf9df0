/** Steps of number fields, and how numbers are read and shown in them. */

export interface NumberBounds {
  readonly minimum: number
  readonly maximum: number
  readonly integer: boolean
}

/** A step that fits the size of a number: 64 → 1, 512 → 10, 0.001 → 0.0001. */
export function stepOf(value: number, integer: boolean): number {
  const magnitude = Math.floor(Math.log10(Math.abs(value) || 1))
  return integer ? 10 ** Math.max(0, magnitude - 1) : 10 ** (magnitude - 1)
}

/** Inside the bounds, and whole where it must be; without the digits that adding fractions leaves behind. */
export function fit(value: number, { minimum, maximum, integer }: NumberBounds): number {
  const rounded = integer ? Math.round(value) : Number(value.toPrecision(10))
  return Math.min(maximum, Math.max(minimum, rounded))
}

/** What was typed, as a number; undefined where it is none. `1e-3`, `1,5` and `1 000` are understood. */
export function parseNumber(text: string): number | undefined {
  const plain = text.trim().replace(/\s|_/g, '').replace(/^([+-]?\d*),(\d+)$/, '$1.$2')
  const value = Number(plain)
  return plain === '' || !Number.isFinite(value) ? undefined : value
}

export function showNumber(value: number): string {
  const magnitude = Math.abs(value)
  return magnitude !== 0 && (magnitude < 1e-3 || magnitude >= 1e7) && !Number.isInteger(value)
    ? value.toExponential().replace('e+', 'e')
    : String(Number(value.toPrecision(10)))
}

/** Digits without an exponent: what attributes for assistive technology hold. Undefined for what has no digits. */
export function decimalDigits(value: number | undefined): string | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined
  return value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 })
}
