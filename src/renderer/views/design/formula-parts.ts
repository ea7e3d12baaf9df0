/** Formulas that stand beside one another, `a = b,\quad c = d`, as parts of their own. */

const SPACE = /^\\q?quad(?![a-zA-Z])/

/** Cut at `\quad` and `\qquad`, but not inside of braces, brackets that grow, and environments. */
export function partsOf(latex: string): readonly string[] {
  const parts: string[] = []
  let [depth, from, i] = [0, 0, 0]
  while (i < latex.length) {
    const rest = latex.slice(i)
    const space = depth === 0 ? SPACE.exec(rest)?.[0] : undefined
    if (space !== undefined) {
      parts.push(latex.slice(from, i))
      from = i + space.length
      i = from
      continue
    }
    if (/^(?:\{|\\left(?![a-zA-Z])|\\begin(?![a-zA-Z]))/.test(rest)) depth++
    else if (/^(?:\}|\\right(?![a-zA-Z])|\\end(?![a-zA-Z]))/.test(rest)) depth--
    // A brace that is written is no brace of the formula.
    i += /^\\[{}\\]/.test(rest) ? 2 : 1
  }
  return [...parts, latex.slice(from)].map((part) => part.trim()).filter((part) => part !== '')
}
