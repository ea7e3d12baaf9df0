/**
 * Colour maps for canvases. Viridis (Smith & van der Walt 2015, public domain) by nine of its colours with linear steps
 * between them: perceptually even, readable without colour vision.
 */
export type Rgb = readonly [number, number, number]

const viridis: readonly Rgb[] = [
  [68, 1, 84], [71, 44, 122], [59, 81, 139], [44, 113, 142], [33, 144, 141], [39, 173, 129], [92, 200, 99], [170, 220, 50], [253, 231, 37],
]

function along(stops: readonly Rgb[], t: number): Rgb {
  const at = Math.min(1, Math.max(0, Number.isFinite(t) ? t : 0)) * (stops.length - 1)
  const i = Math.min(stops.length - 2, Math.floor(at))
  const [a, b] = [stops[i] as Rgb, stops[i + 1] as Rgb]
  const part = at - i
  return [a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1]), a[2] + part * (b[2] - a[2])]
}

/** t in 0 … 1. */
export const viridisAt = (t: number): Rgb => along(viridis, t)

export const css = ([r, g, b]: Rgb, alpha = 1): string => `rgb(${Math.round(r)} ${Math.round(g)} ${Math.round(b)} / ${alpha})`

/** 256 colours as RGBA bytes, for pictures. */
export function viridisTable(): Uint8ClampedArray {
  const table = new Uint8ClampedArray(1024)
  for (let i = 0; i < 256; i++) table.set([...viridisAt(i / 255), 255], 4 * i)
  return table
}

/** Hues once around the circle, of even lightness (OKLCH with fixed L and C), for angles in turns 0 … 1. */
export function hueOf(turn: number, dark: boolean): string {
  return `oklch(${dark ? '0.76 0.13' : '0.58 0.15'} ${Math.round(360 * (turn - Math.floor(turn)))})`
}
