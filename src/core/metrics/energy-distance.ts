/**
 * Energy distance between two samples, D² = 2 E‖X − Y‖ − E‖X − X′‖ − E‖Y − Y′‖ ≥ 0, which is 0 for equal distributions
 * alone: how far samples are from data, for models whose likelihood is not known or is not what they were trained for.
 * Unbiased: pairs of a point with itself are left out, so that equal distributions give values about 0, on both sides.
 * Source: Székely & Rizzo 2013, Energy statistics: a class of statistics based on distances, eq. 2.1 and 6.1.
 */

/** Mean distance between the rows of a and of b, [N, D] and [M, D] row-major; of all pairs but those of a row with itself. */
function meanDistance(a: ArrayLike<number>, b: ArrayLike<number>, dimensions: number, same: boolean): number {
  const [n, m] = [a.length / dimensions, b.length / dimensions]
  let sum = 0
  for (let i = 0; i < n; i++) {
    for (let j = same ? i + 1 : 0; j < m; j++) {
      let squared = 0
      for (let d = 0; d < dimensions; d++) squared += ((a[i * dimensions + d] as number) - (b[j * dimensions + d] as number)) ** 2
      sum += Math.sqrt(squared)
    }
  }
  return same ? (2 * sum) / (n * (n - 1)) : sum / (n * m)
}

/** a [N, D] and b [M, D], row-major, at least two rows each; the square root with its sign, in the data's own units. */
export function energyDistance(a: ArrayLike<number>, b: ArrayLike<number>, dimensions: number): number {
  if (a.length < 2 * dimensions || b.length < 2 * dimensions) throw new Error(`energyDistance: takes two rows each, got ${a.length / dimensions} and ${b.length / dimensions}`)
  const squared = 2 * meanDistance(a, b, dimensions, false) - meanDistance(a, a, dimensions, true) - meanDistance(b, b, dimensions, true)
  return Math.sign(squared) * Math.sqrt(Math.abs(squared))
}
