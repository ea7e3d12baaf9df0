/** Round numbers for axes. */

/** Step of 1, 2 or 5 times a power of ten that gives about `count` steps over `span`. */
export function niceStep(span: number, count: number): number {
  if (!(span > 0)) return 1
  const rough = span / Math.max(1, count)
  const power = 10 ** Math.floor(Math.log10(rough))
  const fraction = rough / power
  return (fraction < 1.5 ? 1 : fraction < 3.5 ? 2 : fraction < 7.5 ? 5 : 10) * power
}

/** Multiples of a round step inside [minimum, maximum]. */
export function niceTicks(minimum: number, maximum: number, count = 5): number[] {
  const step = niceStep(maximum - minimum, count)
  const first = Math.ceil(minimum / step - 1e-9)
  const last = Math.floor(maximum / step + 1e-9)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(((first + i) * step).toPrecision(12)))
}

/** A number on an axis: `0.25`, `1200`, `12k`, `3e-5`. */
export function formatValue(value: number): string {
  const size = Math.abs(value)
  if (size === 0) return '0'
  if (size >= 1e6 || size < 1e-4) return String(Number(value.toPrecision(3)).toExponential()).replace('e+', 'e').replace('-', '−')
  if (size >= 10_000) return `${Number((value / 1000).toPrecision(4))}k`.replace('-', '−')
  return String(Number(value.toPrecision(4))).replace('-', '−')
}
