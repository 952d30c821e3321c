/** Text in, the columns it takes on a terminal and the part of it that fits into some columns out. */
import { graphemes, isPlain } from '../core/graphemes';

/** East Asian wide and full-width blocks, after https://www.unicode.org/reports/tr11/ */
const WIDE = /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
const EMOJI = /^\p{Emoji_Presentation}|^\p{Extended_Pictographic}\ufe0f/u;
const NO_WIDTH = /^[\p{Mark}\p{Control}\p{Format}]+$/u;

function graphemeWidth(grapheme: string): number {
  if (NO_WIDTH.test(grapheme)) return 0;
  return WIDE.test(grapheme) || EMOJI.test(grapheme) ? 2 : 1;
}

/** Columns of a line of plain text (no escape sequences). */
export function displayWidth(line: string): number {
  if (isPlain(line)) return line.length;
  let width = 0;
  for (const letter of graphemes(line)) width += graphemeWidth(letter);
  return width;
}

/** The line if it fits, else its beginning with an ellipsis; at most `columns` wide. */
export function fitted(line: string, columns: number): string {
  if (displayWidth(line) <= columns) return line;
  if (columns >= 1 && isPlain(line)) return `${line.slice(0, columns - 1).trimEnd()}…`;
  let kept = '';
  let width = 0;
  for (const letter of graphemes(line)) {
    width += graphemeWidth(letter);
    if (width > columns - 1) break;
    kept += letter;
  }
  return columns < 1 ? '' : `${kept.trimEnd()}…`;
}

/** The line with spaces up to `columns`. */
export function padded(line: string, columns: number): string {
  return line + ' '.repeat(Math.max(0, columns - displayWidth(line)));
}

/** The text in lines of at most `columns`, broken at spaces; a word longer than that stands alone on its line. */
export function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && displayWidth(longer) > columns) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}
