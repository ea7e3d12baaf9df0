/** Mean and deviation of each column of the training data, for networks that want inputs of about 1. */

/** rows [N, D], row-major. A constant column counts as of deviation 1. */
export function fitMoments(rows: ArrayLike<number>, dimensions: number): { readonly dataMean: Float64Array; readonly dataScale: Float64Array } {
  const count = rows.length / dimensions
  const [dataMean, dataScale] = [new Float64Array(dimensions), new Float64Array(dimensions)]
  for (let i = 0; i < rows.length; i++) {
    const d = i % dimensions
    dataMean[d] = (dataMean[d] as number) + (rows[i] as number) / count
  }
  for (let i = 0; i < rows.length; i++) {
    const d = i % dimensions
    dataScale[d] = (dataScale[d] as number) + ((rows[i] as number) - (dataMean[d] as number)) ** 2 / count
  }
  for (let d = 0; d < dimensions; d++) dataScale[d] = Math.sqrt(dataScale[d] as number) || 1
  return { dataMean, dataScale }
}
