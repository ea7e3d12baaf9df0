/** How the base is drawn from in programs that use an export: from its kind, and from what report.json says of it. */

export interface DrawFacts {
  /** Kind of the base; `gaussian, full` of a full covariance. */
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
    case 'gaussian-mixture':
      return [
        draw, 'const one = () => {', '  let [left, k] = [Math.random(), 0]',
        '  while (left > base.weights[k] && k < base.weights.length - 1) left -= base.weights[k++]',
        '  return base.centre[k].map((centre, i) => centre + draw() * base.scale[k][i])', '}',
      ]
    default:
      return [draw, learned
        ? 'const one = () => base.centre.map((centre, i) => centre + draw() * base.scale[i])'
        : `const one = () => Array.from({ length: ${size} }, draw)`]
  }
}
