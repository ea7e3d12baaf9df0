/** Serious violations of accessibility in a window, as axe finds them. */
import axe from 'axe-core'
import type { Page } from 'playwright-core'

interface Violation {
  readonly id: string
  readonly impact: string | null
  readonly help: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

/** One line for each: the rule, what it says, and the first elements that break it. */
export async function seriousViolations(page: Page): Promise<string[]> {
  // Evaluated by the browser's debugger, because the page's policy allows no script of others.
  await page.evaluate(axe.source)
  const violations = await page.evaluate<readonly Violation[]>(
    'axe.run(document, { resultTypes: ["violations"] }).then((found) => found.violations)'
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => [`${id}: ${help}`, ...nodes.slice(0, SHOWN).map(wordsOf)].join('\n'))
}

const SHOWN = 4
const wordsOf = ({ html, failureSummary }: Violation['nodes'][number]): string =>
  `  ${html.slice(0, 200)}\n  ${failureSummary ?? ''}`
