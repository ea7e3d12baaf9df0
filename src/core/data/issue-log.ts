/**
 * Collects the issues of one file. A file that is wrong everywhere would otherwise bury its cause: the first five of
 * each code are kept, and the rest become one line with their count.
 */
import type { Issue } from '../issues.ts'

const shownPerCode = 5

export class IssueLog {
  readonly #shown: Issue[] = []
  readonly #counts = new Map<string, { count: number; readonly severity: Issue['severity'] }>()
  readonly source: string

  /** `source` is the file that the closing counts name. */
  constructor(source: string) {
    this.source = source
  }

  /** Counts an issue of `code`; `make` is called for those that are shown, so that millions cost nothing. */
  add(code: string, make: () => Omit<Issue, 'code' | 'severity'>, severity: Issue['severity'] = 'error'): void {
    const entry = this.#counts.get(code) ?? { count: 0, severity }
    entry.count++
    this.#counts.set(code, entry)
    if (entry.count <= shownPerCode) this.#shown.push({ code, severity, ...make() })
  }

  get empty(): boolean {
    return this.#shown.length === 0
  }

  /** The issues in the order they were found, then one with the count of the rest for every code that has more. */
  list(): Issue[] {
    const more = [...this.#counts].filter(([, { count }]) => count > shownPerCode)
    const rests = more.map(([code, { count, severity }]) => {
      const message = `${count - shownPerCode} more of the same kind (${count} in all).`
      return { code, severity, message, at: this.source }
    })
    return [...this.#shown, ...rests]
  }
}
