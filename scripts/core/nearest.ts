/** A misspelt word and the words that were allowed in, the one that was probably meant, or the sentence that helps out. */

/** Number of single-letter insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment). */
function distance(a: string, b: string): number {
  const width = b.length + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: width }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column < width; column++) {
      const replaced = last[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      let best = Math.min(replaced, last[column]! + 1, current[column - 1]! + 1);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) best = Math.min(best, beforeLast[column - 2]! + 1);
      current.push(best);
    }
    [beforeLast, last] = [last, current];
  }
  return last[b.length]!;
}

/** The allowed word that was probably meant, if one is near enough: at most a third of its letters off, case not counted; the first of equally near ones. */
export function closest(word: string, allowed: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of allowed) {
    // Words differ at least by the difference of their lengths: most of a long list need no closer look.
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const found = distance(wanted, candidate.toLowerCase());
    if (found < bestDistance) [best, bestDistance] = [candidate, found];
  }
  return best !== undefined && bestDistance <= Math.max(1, Math.floor(Math.max(word.length, best.length) / 3)) ? best : undefined;
}

/** What a pattern (`*` for any text) that fits none of the words was probably meant to be: all that begin with it, or the nearest word. */
export function probablyMeant(pattern: string, words: readonly string[]): string | undefined {
  const wanted = pattern.toLowerCase();
  if (!wanted.includes('*') && wanted !== '' && words.some((word) => word.toLowerCase().startsWith(`${wanted}.`))) return `${pattern}.*`;
  const [stem = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return closest(pattern, words);
  // Of `search.imagingstudi.*` the part before the star is misspelt.
  const parts = stem.replace(/\.$/, '').split('.').length;
  const stems = new Set(words.filter((word) => word.includes('.')).map((word) => word.split('.').slice(0, parts).join('.')));
  const near = stem === '' ? undefined : closest(stem.replace(/\.$/, ''), [...stems]);
  return near === undefined || near.toLowerCase() === stem.replace(/\.$/, '').toLowerCase() ? undefined : `${near}${stem.endsWith('.') ? '.' : ''}*`;
}

const MANY = 24;

/** `Did you mean "x"? Allowed: a, b, c.`; a long list is cut to its first words and says so. */
export function allowedSentence(word: string, allowed: readonly string[]): string {
  const near = closest(word, allowed);
  const list = allowed.length > MANY ? `${allowed.slice(0, MANY).join(', ')} and ${allowed.length - MANY} more` : allowed.join(', ');
  const meant = near === undefined ? '' : `Did you mean "${near}"? `;
  return allowed.length === 0 ? 'Nothing is allowed here.' : `${meant}Allowed: ${list}.`;
}
