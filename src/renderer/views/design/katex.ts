/** KaTeX with its style, in a chunk of its own. */
import katex from 'katex'
import 'katex/dist/katex.min.css'

export function renderFormula(latex: string): string {
  return katex.renderToString(
    latex, { displayMode: true, throwOnError: false, output: 'htmlAndMathml', strict: 'ignore' },
  )
}
