/**
 * A sequential colour map with even steps of perceived lightness: a path through OKLab whose lightness rises in a
 * straight line from a dark blue-violet over green to a light yellow.
 * Source: Ottosson 2020, A perceptual color space for image processing (the OKLab matrices).
 */

/** Lightness, chroma, hue in degrees. */
type Lch = readonly [number, number, number]
const STOPS: readonly Lch[] = [
  [0.2, 0.09, 292], [0.35, 0.11, 268], [0.5, 0.1, 225], [0.65, 0.12, 165], [0.8, 0.16, 130], [0.95, 0.16, 105],
]

function mix(position: number): Lch {
  const scaled = position * (STOPS.length - 1)
  const index = Math.min(Math.floor(scaled), STOPS.length - 2)
  const [from, to, share] = [STOPS[index] as Lch, STOPS[index + 1] as Lch, scaled - index]
  const between = (i: 0 | 1 | 2): number => from[i] * (1 - share) + to[i] * share
  return [between(0), between(1), between(2)]
}

const gamma = (linear: number): number => {
  const value = Math.min(Math.max(linear, 0), 1)
  return Math.round(255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055))
}

function toRgb([lightness, chroma, hue]: Lch): [number, number, number] {
  const angle = (hue * Math.PI) / 180
  const [a, b] = [chroma * Math.cos(angle), chroma * Math.sin(angle)]
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    gamma(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ]
}

/** 256 colours, [256, 3]. */
export const colourMap: Uint8Array = Uint8Array.from(
  Array.from({ length: 256 }, (_, i) => toRgb(mix(i / 255))).flat())
