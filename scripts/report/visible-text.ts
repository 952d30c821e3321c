/** Text of a foreign server in, the same text out with every character that could act instead of being read made visible. */

/**
 * Controls (terminal escapes among them), line and paragraph separators, zero-width characters, marks and overrides of the writing
 * direction, and halves of surrogate pairs. ZWJ (200D) and ZWNJ (200C) stay: emoji and Persian need them.
 */
const ACTING = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]/gu;

const escapeOf = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** For text of several lines: line feeds and tabs stay (carriage returns before a line feed go), all other acting characters become `\uXXXX`. */
export function visibleText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(ACTING, (character) => (character === '\n' || character === '\t' ? character : escapeOf(character)));
}

/** For one line: line breaks and runs of white space become one space too. */
export function visibleLine(text: string): string {
  return visibleText(text).replace(/\s+/g, ' ').trim();
}
