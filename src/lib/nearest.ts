/** "Did you mean": the known word that differs least from what was typed. */

const MAX_LENGTH = 64

/** The nearest of `known`, or undefined when none is near (more than a third of the letters differ). */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const typed = word.slice(0, MAX_LENGTH).toLowerCase()
  let best: string | undefined
  let least = Math.max(2, Math.ceil(typed.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(typed, candidate.slice(0, MAX_LENGTH).toLowerCase())
    if (distance < least) {
      least = distance
      best = candidate
    }
  }
  return best
}

/** Insertions, deletions and replacements between two short words (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({length: to.length + 1}, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
