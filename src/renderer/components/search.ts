/** Finding things by a few of their letters. */

/**
 * How well `query` fits `text`: 0 not at all; letters in their order count, more so at the starts of words and in a
 * row. Every word of the query must be found.
 */
export function score(query: string, text: string): number {
  const words = query.toLowerCase().split(/\s+/).filter((word) => word !== '')
  const target = text.toLowerCase()
  let total = words.length === 0 ? 1 : 0
  for (const word of words) {
    const points = scoreWord(word, target)
    if (points === 0) return 0
    total += points
  }
  return total
}

function scoreWord(word: string, target: string): number {
  const at = target.indexOf(word)
  if (at === 0) return 100 + word.length
  if (at > 0) return (/[^a-z0-9]/.test(target[at - 1] ?? '') ? 80 : 40) + word.length - Math.min(20, at / 4)
  // Letters in order, not in a row: only for what could be the start of words, else everything matches everything.
  let points = 0
  let from = 0
  for (const letter of word) {
    const next = target.indexOf(letter, from)
    if (next < 0) return 0
    if (next !== from && next > 0 && /[a-z0-9]/.test(target[next - 1] ?? '')) return 0
    points += 4
    from = next + 1
  }
  return points
}

/** Those that fit, best first; in their own order while nothing is searched for. */
export function rank<T>(query: string, items: readonly T[], text: (item: T) => string): readonly T[] {
  if (query.trim() === '') return items
  return items
    .map((item) => ({ item, points: score(query, text(item)) }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points)
    .map(({ item }) => item)
}
