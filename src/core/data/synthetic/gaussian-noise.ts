/** The isotropic Gaussian N(0, σ² I) on the plane: how points get it (Box–Muller), its log-density, its entropy. */

/** Adds σ · (z₁, z₂) to the point at out[at], from two uniform numbers in (0, 1). */
export function addGaussian(out: Float64Array, at: number, sigma: number, u1: number, u2: number): void {
  const radius = sigma * Math.sqrt(-2 * Math.log(u1))
  const angle = 2 * Math.PI * u2
  out[at] = out[at]! + radius * Math.cos(angle)
  out[at + 1] = out[at + 1]! + radius * Math.sin(angle)
}

/** log N((dx, dy); 0, σ² I) = −(dx² + dy²)/2σ² − log 2πσ². */
export function gaussianLogDensity(sigma: number): (dx: number, dy: number) => number {
  const scale = -1 / (2 * sigma * sigma)
  const offset = -Math.log(2 * Math.PI * sigma * sigma)
  return (dx, dy) => (dx * dx + dy * dy) * scale + offset
}

/** H = 1 + log 2πσ², in nats. */
export function gaussianEntropy(sigma: number): number {
  return 1 + Math.log(2 * Math.PI * sigma * sigma)
}
