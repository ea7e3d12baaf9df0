/** How the base is drawn from in programs that use an export: from its kind, and from what report.json says of it. */

export interface DrawFacts {
  /** Kind of the base; `gaussian, full` of a full covariance, `gaussian-mixture, by class` of weights by the context. */
  readonly base: string
  /** D */
  readonly size: number
  /** Whether report.json says what is to be known of it. */
  readonly learned: boolean
}

/** An expression for z [count, D], with `rng` and, of a learned base, `base` at hand. */
export function pythonDraw({ base, size, learned }: DrawFacts): readonly string[] {
  const shape = `(count, ${size})`
  const located = (standard: string): string => `np.array(base["centre"]) + ${standard} * np.array(base["scale"])`
  const either = (standard: string): string => (learned ? located(standard) : standard)
  const report = learned ? ['base = json.load(open("report.json"))["base"]'] : []
  switch (base) {
    case 'gaussian, full':
      return [...report, `z = np.array(base["centre"]) + rng.standard_normal(${shape}) @ np.array(base["factor"]).T`]
    case 'student-t':
      return [...report, `z = np.array(base.get("centre", 0)) + rng.standard_t(base["degrees"], size=${shape}) * np.array(base.get("scale", 1))`]
    case 'gaussian-mixture':
      return [
        ...report, 'component = rng.choice(len(base["weights"]), size=count, p=base["weights"])',
        `z = np.array(base["centre"])[component] + rng.standard_normal(${shape}) * np.array(base["scale"])[component]`,
      ]
    // With one class as context these are its own; log scales of several columns add up.
    case 'class-gaussian':
      return [
        ...report, 'c = context_of(1, given)',
        `z = c @ np.array(base["centre"]) + rng.standard_normal(${shape}) * np.exp(c @ np.log(base["scale"]))`,
      ]
    case 'gaussian-mixture, by class':
      return [
        ...report, 'weights = context_of(1, given)[0] @ np.array(base["weights"])',
        'component = rng.choice(len(weights), size=count, p=weights / weights.sum())',
        `z = np.array(base["centre"])[component] + rng.standard_normal(${shape}) * np.array(base["scale"])[component]`,
      ]
    case 'logistic':
      return [...report, `z = ${either(`rng.logistic(size=${shape})`)}`]
    case 'uniform':
      return [...report, `z = ${either(`rng.random(${shape})`)}`]
    default:
      return [...report, `z = ${either(`rng.standard_normal(${shape})`)}`]
  }
}

export const javaScriptNormal = 'Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random())'

/** Lines that define `one`: a draw of z as a list of D numbers. */
export function javaScriptDraw({ base, size, learned }: DrawFacts): readonly string[] {
  const standard = base === 'logistic' ? '-Math.log(1 / (1 - Math.random()) - 1 + 1e-12)' : base === 'uniform' ? 'Math.random()' : javaScriptNormal
  const draw = `const draw = () => ${standard}`
  switch (base) {
    case 'gaussian, full':
      return [
        draw, 'const one = () => {', '  const noise = base.centre.map(draw)',
        '  return base.factor.map((row, i) => row.reduce((sum, value, j) => sum + value * noise[j], base.centre[i]))', '}',
      ]
    case 'student-t':
      return [
        'const draw = (nu) => Math.sqrt(nu * ((1 - Math.random()) ** (-2 / nu) - 1)) * Math.cos(2 * Math.PI * Math.random())',
        'const one = () => base.degrees.map((nu, i) => (base.centre?.[i] ?? 0) + draw(nu) * (base.scale?.[i] ?? 1))',
      ]
    case 'class-gaussian':
      return [
        draw, 'const c = rowOf(given)', 'const along = (table, i) => c.reduce((sum, value, k) => sum + value * table[k][i], 0)',
        'const logScale = base.scale.map((row) => row.map(Math.log))',
        'const one = () => base.centre[0].map((_, i) => along(base.centre, i) + draw() * Math.exp(along(logScale, i)))',
      ]
    case 'gaussian-mixture':
    case 'gaussian-mixture, by class':
      return [
        draw,
        base === 'gaussian-mixture' ? 'const { weights } = base'
          : 'const weights = base.centre.map((_, k) => rowOf(given).reduce((sum, value, i) => sum + value * base.weights[i][k], 0))',
        'const one = () => {', '  let [left, k] = [Math.random(), 0]',
        '  while (left > weights[k] && k < weights.length - 1) left -= weights[k++]',
        '  return base.centre[k].map((centre, i) => centre + draw() * base.scale[k][i])', '}',
      ]
    default:
      return [draw, learned
        ? 'const one = () => base.centre.map((centre, i) => centre + draw() * base.scale[i])'
        : `const one = () => Array.from({ length: ${size} }, draw)`]
  }
}
