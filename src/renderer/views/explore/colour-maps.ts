/**
 * Colour maps for canvases, made for the ground that they stand on: nothing has the colour of the ground, much is far from
 * it. Lightness goes one way only along each, so that they are read without colour vision and in print.
 */
export type Rgb = readonly [number, number, number]

/** From the panel of the dark theme over blue and green to a pale yellow. */
const night: readonly Rgb[] = [
  [19, 21, 25], [27, 37, 71], [34, 62, 117], [29, 97, 148], [27, 134, 158], [54, 170, 147], [112, 200, 124], [184, 225, 116], [250, 244, 180],
]
/** From the panel of the light theme over green to a deep blue. */
const day: readonly Rgb[] = [
  [251, 252, 252], [226, 240, 234], [188, 223, 211], [138, 200, 192], [89, 171, 182], [55, 138, 172], [41, 104, 154], [38, 74, 130], [36, 50, 101],
]
/** Ranks, the outliers first: they are to be seen, what is likely is to be quiet. */
const ranksNight: readonly Rgb[] = [[255, 107, 107], [245, 158, 92], [150, 152, 150], [84, 118, 168], [58, 80, 116]]
const ranksDay: readonly Rgb[] = [[200, 32, 52], [222, 124, 32], [150, 150, 146], [108, 146, 196], [172, 194, 222]]

function along(stops: readonly Rgb[], t: number): Rgb {
  const at = Math.min(1, Math.max(0, Number.isFinite(t) ? t : 0)) * (stops.length - 1)
  const i = Math.min(stops.length - 2, Math.floor(at))
  const [a, b] = [stops[i] as Rgb, stops[i + 1] as Rgb]
  const part = at - i
  return [a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1]), a[2] + part * (b[2] - a[2])]
}

/** How much there is of something, t in 0 … 1; 0 is the ground. */
export const amountAt = (t: number, dark: boolean): Rgb => along(dark ? night : day, t)

/** Colours of lines that follow one another, t in 0 … 1: the part of the map that is seen well on the ground. */
export const orderAt = (t: number, dark: boolean): Rgb => amountAt((dark ? 0.3 : 0.28) + (dark ? 0.7 : 0.72) * Math.min(1, Math.max(0, t)), dark)

/** Colour of a rank, t from the least likely (0) to the likeliest (1). */
export const rankAt = (t: number, dark: boolean): Rgb => along(dark ? ranksNight : ranksDay, t)

export const css = ([r, g, b]: Rgb, alpha = 1): string => `rgb(${Math.round(r)} ${Math.round(g)} ${Math.round(b)} / ${alpha})`

/** A map as the ground of a legend, from left to right. */
export const legendOf = (map: (t: number, dark: boolean) => Rgb, dark: boolean): string =>
  `linear-gradient(to right, ${Array.from({ length: 9 }, (_, i) => css(map(i / 8, dark))).join(', ')})`

/** 256 colours as RGBA bytes, for pictures. */
export function amountTable(dark: boolean): Uint8ClampedArray {
  const table = new Uint8ClampedArray(1024)
  for (let i = 0; i < 256; i++) table.set([...amountAt(i / 255, dark), 255], 4 * i)
  return table
}

/** Hues once around the circle, of even lightness (OKLCH with fixed L and C), for angles in turns 0 … 1. */
export function hueOf(turn: number, dark: boolean): string {
  return `oklch(${dark ? '0.76 0.13' : '0.58 0.15'} ${Math.round(360 * (turn - Math.floor(turn)))})`
}
