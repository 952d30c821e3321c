/** Text in, the same as it may stand in a cell of a kramdown table out. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\|*_<>[\]{}`$]/g, (character) => (character === '<' ? '&lt;' : character === '>' ? '&gt;' : `\\${character}`));
}
