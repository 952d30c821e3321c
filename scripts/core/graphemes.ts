/** Text in, the letters a reader sees out: half of one (of a surrogate pair, of a letter with its accent) is never one of them. */

let segmenter: Intl.Segmenter | undefined;

const PRINTABLE_ASCII = /^[\u0020-\u007e]*$/;

/** Whether each character is a letter of its own, whatever stands beside it, and one column wide: nearly all texts are of such. */
export function isPlain(text: string): boolean {
  return PRINTABLE_ASCII.test(text);
}

/** The letters of a text as a reader sees them, https://www.unicode.org/reports/tr29/ */
export function graphemes(text: string): string[] {
  if (isPlain(text)) return text.split('');
  // Made when first needed: it loads tables, and segmenting takes its time.
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
