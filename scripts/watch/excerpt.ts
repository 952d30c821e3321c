/** A text and a place in it in, the lines around that place out, the place marked: what an author needs to see with an error. */

/** Lines before and after. */
const AROUND = 2;

/**
 * @param line 1-based
 * @param column 1-based; without one the line alone is marked
 * @returns undefined where the text has no such line
 */
export function excerpt(text: string, line: number, column?: number): string | undefined {
  const lines = text.split(/\r?\n/);
  if (lines[line - 1] === undefined) return undefined;
  const first = Math.max(1, line - AROUND);
  const last = Math.min(lines.length, line + AROUND);
  const width = String(last).length;
  return lines
    .slice(first - 1, last)
    .flatMap((content, index) => {
      const number = first + index;
      const shown = content.replaceAll('\t', ' ');
      const row = `${number === line ? '>' : ' '} ${String(number).padStart(width)} | ${shown}`.trimEnd();
      return number === line && column !== undefined ? [row, `  ${' '.repeat(width)} | ${' '.repeat(Math.max(0, column - 1))}^`] : [row];
    })
    .join('\n');
}
