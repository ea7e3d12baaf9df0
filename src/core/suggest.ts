/** "did you mean": the nearest known name, and the list of all. */

/** The name nearest to a misspelt one by edit distance, if it is near enough to be what was meant. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  let best: string | undefined
  let least = Math.min(Math.ceil(name.length / 3), name.length - 1) + 1
  for (const candidate of names) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < least) [best, least] = [candidate, distance]
  }
  return best
}

/** Levenshtein's distance: the fewest insertions, deletions and replacements that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(replaced, above[j]! + 1, row[j - 1]! + 1))
    }
    above = row
  }
  return above[b.length]!
}

/** A sentence for the `fix` of an issue about an unknown name. */
export function suggest(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known)
  const all = known.join(', ')
  return nearest === undefined ? `use one of: ${all}` : `did you mean '${nearest}'? There are: ${all}`
}
