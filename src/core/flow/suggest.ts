/** "did you mean": the nearest known name, and the list of all. */

/** Edits (insert, delete, replace) that lead from a to b (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replace, (row[j] as number) + 1, (next[j - 1] as number) + 1))
    }
    row = next
  }
  return row[b.length] as number
}

/** A sentence for the `fix` of an issue about an unknown name. */
export function suggest(name: string, known: readonly string[]): string {
  const nearest = [...known].sort((a, b) => distance(name, a) - distance(name, b))[0]
  const close = nearest !== undefined && distance(name, nearest) <= Math.max(2, Math.ceil(name.length / 3))
  return close ? `did you mean '${nearest}'? There are: ${known.join(', ')}` : `use one of: ${known.join(', ')}`
}
