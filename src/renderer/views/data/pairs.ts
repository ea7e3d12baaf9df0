/** Figures of pairs of columns. */

/** Columns that a scatter matrix shows at a time. */
export const MOST_PAIRS = 6

/** Pearson's correlation of two columns of `values`, row-major [rows, width]; NaN where one of them does not vary. */
export function correlation(values: Float32Array, width: number, x: number, y: number): number {
  const rows = Math.floor(values.length / width)
  const mean = (column: number): number => {
    let sum = 0
    for (let row = 0; row < rows; row++) sum += values[row * width + column] as number
    return sum / rows
  }
  const [mx, my] = [mean(x), mean(y)]
  let [xx, yy, xy] = [0, 0, 0]
  for (let row = 0; row < rows; row++) {
    const dx = (values[row * width + x] as number) - mx
    const dy = (values[row * width + y] as number) - my
    xx += dx * dx
    yy += dy * dy
    xy += dx * dy
  }
  return xy / Math.sqrt(xx * yy)
}

/** The columns to show after one was pressed: it comes, or goes; beyond the most, the one that came first goes. */
export function togglePair(shown: readonly string[], name: string): readonly string[] {
  if (shown.includes(name)) return shown.length > 1 ? shown.filter((other) => other !== name) : shown
  return [...shown, name].slice(-MOST_PAIRS)
}
