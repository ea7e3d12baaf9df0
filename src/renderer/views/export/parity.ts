/** Figures of the parity report in words: what each compares, and whether it is as small as it should be. */
export interface ParityFigure {
  readonly name: string
  readonly value: string
  readonly help: string
  readonly tone: 'ok' | 'warning' | 'error'
}

/** float32 carries about seven digits; a flow of many layers loses two or three of them. */
const GOOD = 1e-3
const POOR = 1e-1

function scientific(value: number): string {
  if (!Number.isFinite(value)) return 'not finite'
  if (value === 0) return '0'
  const [digits = '', power = ''] = value.toExponential(1).split('e')
  return `${digits}·10${[...power.replace('+', '')].map((sign) => (sign === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(sign)])).join('')}`
}

const differences = [
  ['log_prob_max_relative_difference', 'log p, relative', 'Largest difference between the log p of density.onnx and the float64 reference, in units of 1 + |log p|'],
  ['log_prob_max_difference', 'log p, nats', 'The same in nats'],
  ['z_max_difference', 'Latents z', 'Largest difference between a coordinate of z from density.onnx and the reference'],
  ['x_max_difference', 'Samples x', 'Largest difference between a coordinate of x from sampler.onnx and the reference, for the same z'],
  ['round_trip_max_error', 'Round trip', 'Largest |x − sampler(density(x))| over the points: what inverting in float32 loses'],
] as const

/** Figures that the report has, in the order of their weight. */
export function parityFigures(report: Readonly<Record<string, unknown>>): readonly ParityFigure[] {
  return differences.flatMap(([key, name, help]) => {
    const value = report[key]
    if (typeof value !== 'number') return []
    const tone = !(value <= POOR) ? 'error' as const : value <= GOOD ? 'ok' as const : 'warning' as const
    return [{ name, value: scientific(value), help, tone }]
  })
}

/** `3 MB`, `420 kB`. */
export function showBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  return bytes < 1e6 ? `${(bytes / 1e3).toPrecision(3)} kB` : `${(bytes / 1e6).toPrecision(3)} MB`
}
