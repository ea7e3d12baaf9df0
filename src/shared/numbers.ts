/** Numbers and times as text for people. */

/** Nats and losses: four decimals where they are of ordinary size, fewer for large ones. */
export function nats(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  if (size >= 1e6) return value.toExponential(3)
  const decimals = size >= 1000 ? 1 : size >= 100 ? 2 : 4
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
}

/** 12345678 as 12,345,678. */
export function count(value: number): string {
  return value.toLocaleString('en-US')
}

/** One of something, or several: `1 step`, `3 steps`. */
export function plural(value: number, word: string): string {
  return `${count(value)} ${word}${value === 1 ? '' : 's'}`
}

/** Seconds as 0:07, 12:34 or 1:02:03. */
export function clock(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?'
  const whole = Math.max(0, Math.round(seconds))
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const two = (value: number): string => String(value).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}

/** A speed with three significant digits: 0.0123, 1.23, 123, 1234. */
export function speed(value: number): string {
  return value >= 100 ? count(Math.round(value)) : String(Number(value.toPrecision(3)))
}

const units = ['', ' k', ' M', ' G', ' T', ' P'] as const

/** 1234567 as 1.23 M. */
export function magnitude(value: number): string {
  if (!Number.isFinite(value)) return '?'
  const power = Math.min(Math.floor(Math.log10(Math.max(value, 1)) / 3), units.length - 1)
  return `${Number((value / 1000 ** power).toPrecision(3))}${units[power] ?? ''}`
}
