/**
 * The density of a point drawn on a curve and moved by noise: p(x) = ∫ w(t) k(x − m(t)) dt, where m is the curve, w the
 * density of t, and k the density of the noise.
 *
 * The integral is a sum over the nodes of short panels (ridge-panels.ts). For one x only the panels near it count: all
 * others together are below e⁻³² of it. Sixteen nodes integrate exp(e(t)) to about 1e-9 where the exponent e changes by
 * no more than 4 from node to node; where it changes faster (x far beyond the curve's end, or far off on the outside of
 * a bend, where the integrand is much narrower than σ) the panel is halved until it does not. A few microseconds a
 * point, for every σ. Beyond 10⁴ σ from the curve log p is its leading term, −distance²/2σ².
 */
import { LogSum } from '../special/log-sum.ts'
import { layPanel, layPanels, nodeCount } from './ridge-panels.ts'
import type { Curve, Panel } from './ridge-panels.ts'
import type { LogDensity } from './log-density.ts'

export interface Ridge extends Curve {
  /** log k of a displacement from the curve. */
  readonly logNoise: (dx: number, dy: number) => number
  /** Outside |dx|, |dy| ≤ halfBox k falls off like a Gaussian of width σ: 0 for a Gaussian, half the side for a box. */
  readonly halfBox: number
  /** Where given, half of the mass lies on the curve's image under the point reflection x → mirror − x, with −noise. */
  readonly mirror?: readonly [number, number]
}

/** Exponents this far below the largest are nothing. */
const negligible = 32
/** The largest change of the exponent between neighbouring nodes that the rule integrates. */
const steepest = 4
/** Distance from the curve, in σ, beyond which only the leading term is kept. */
const farthest = 1e4
/** A panel is halved at most this often: 2⁻⁴⁰ of it is below the rounding of t. */
const deepest = 40

export function ridgeLogDensity(ridge: Ridge): LogDensity {
  const panels = layPanels(ridge)
  const { mirror, sigma, halfBox } = ridge
  // Beyond this much more squared distance the noise's density is e⁻³² of that at the nearest point, or less.
  const margin = 2 * negligible * sigma ** 2
  const integral = new RidgeIntegral(ridge)
  return (x, y) => {
    const images = mirror === undefined ? [x, y] : [x, y, mirror[0] - x, mirror[1] - y]
    let squared = Number.POSITIVE_INFINITY
    for (let k = 0; k < images.length; k += 2) {
      const [u, v] = [images[k]!, images[k + 1]!]
      for (const panel of panels) squared = Math.min(squared, squaredDistance(panel, halfBox, u, v))
    }
    // Written so that NaN comes out as NaN.
    if (!(squared <= (farthest * sigma) ** 2)) return -squared / (2 * sigma * sigma)
    const reach = Math.sqrt(squared + margin)
    integral.clear()
    for (let k = 0; k < images.length; k += 2) {
      const [u, v] = [images[k]!, images[k + 1]!]
      for (const panel of panels) {
        if (squaredDistance(panel, halfBox, u, v) <= (reach + panel.radius) ** 2) integral.add(panel, u, v, 0)
      }
    }
    return integral.log() - Math.log(images.length / 2)
  }
}

/** The squared distance of (x, y) from the box around the panel's centre. */
function squaredDistance(panel: Panel, halfBox: number, x: number, y: number): number {
  const dx = Math.max(0, Math.abs(x - panel.centreX) - halfBox)
  const dy = Math.max(0, Math.abs(y - panel.centreY) - halfBox)
  return dx * dx + dy * dy
}

/** The running integral at one point. */
class RidgeIntegral {
  readonly #ridge: Ridge
  /** The exponents at the nodes of the panel at hand. */
  readonly #exponents = new Float64Array(nodeCount)
  /** The largest exponent met so far. */
  #largest = Number.NEGATIVE_INFINITY
  #sum = new LogSum()

  constructor(ridge: Ridge) {
    this.#ridge = ridge
  }

  clear(): void {
    this.#largest = Number.NEGATIVE_INFINITY
    this.#sum = new LogSum()
  }

  log(): number {
    return this.#sum.log()
  }

  /** Adds the panel's contribution at (x, y); `depth` counts the halvings so far. */
  add(panel: Panel, x: number, y: number, depth: number): void {
    const { points, weights } = panel
    const exponents = this.#exponents
    let largest = Number.NEGATIVE_INFINITY
    for (let j = 0; j < nodeCount; j++) {
      const exponent = this.#ridge.logNoise(x - points[2 * j]!, y - points[2 * j + 1]!)
      exponents[j] = exponent
      if (exponent > largest) largest = exponent
    }
    if (largest > this.#largest) this.#largest = largest
    const { anywhere, whereItCounts } = this.#steps()
    // Between two nodes the exponent may rise above both, but by less than the largest step.
    if (largest + anywhere < this.#largest - negligible) return
    if (whereItCounts > steepest && depth < deepest) {
      const middle = (panel.start + panel.end) / 2
      this.add(layPanel(this.#ridge, panel.start, middle), x, y, depth + 1)
      this.add(layPanel(this.#ridge, middle, panel.end), x, y, depth + 1)
      return
    }
    for (let j = 0; j < nodeCount; j++) this.#sum.add(weights[j]!, exponents[j]!)
  }

  /** The largest change of the exponent between neighbouring nodes: of all, and of those that are not negligible. */
  #steps(): { anywhere: number; whereItCounts: number } {
    let anywhere = 0
    let whereItCounts = 0
    for (let j = 1; j < nodeCount; j++) {
      const [before, after] = [this.#exponents[j - 1]!, this.#exponents[j]!]
      const step = Math.abs(after - before)
      if (step > anywhere) anywhere = step
      if (step > whereItCounts && Math.max(before, after) > this.#largest - negligible) whereItCounts = step
    }
    return { anywhere, whereItCounts }
  }
}
