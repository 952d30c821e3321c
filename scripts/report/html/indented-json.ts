/** JSON text in, whole or broken off, the same text with line breaks and indentation out; nothing but white space outside of strings changes. */

/** Where a run of anything but white space, strings, brackets and separators ends. */
const RUN_END = /[\s"{}[\],:]/g;
const WHITE_SPACE = /\s/;

/**
 * Indents by two blanks a level, as JSON.stringify does, without asking whether the text is valid: a body that was cut is none, and is still to be read.
 * @param limit a result of more characters than that is only the beginning
 */
export function indentedJson(json: string, limit: number): string {
  let out = '';
  let depth = 0;
  let open = false;
  // By hand and not by one pattern for all pieces: the page of a run has megabytes of this.
  for (let at = 0; at < json.length && out.length <= limit; ) {
    const character = json[at] as string;
    const from = at;
    if (character === '"') at = endOfString(json, at);
    else if (character in BREAKS) at += 1;
    else if (WHITE_SPACE.test(character)) {
      at += 1;
      continue;
    } else at = endOfRun(json, at);
    const closes = character === '}' || character === ']';
    if (closes) depth = Math.max(0, depth - 1);
    // Nothing stands between the brackets of an empty object or array.
    if (open !== closes) out += lineBreak(depth);
    open = character === '{' || character === '[';
    if (open) depth += 1;
    out += character === ':' ? ': ' : character === ',' ? `,${lineBreak(depth)}` : json.slice(from, at);
  }
  return out;
}

const BREAKS = { '{': true, '[': true, '}': true, ']': true, ',': true, ':': true };

/** After the closing quote; the end of the text where the string is broken off. */
function endOfString(json: string, start: number): number {
  for (let from = start + 1; ; ) {
    const quote = json.indexOf('"', from);
    if (quote === -1) return json.length;
    let escapes = 0;
    while (json[quote - 1 - escapes] === '\\') escapes += 1;
    if (escapes % 2 === 0) return quote + 1;
    from = quote + 1;
  }
}

function endOfRun(json: string, start: number): number {
  RUN_END.lastIndex = start;
  return RUN_END.exec(json)?.index ?? json.length;
}

const LINE_BREAKS = Array.from({ length: 41 }, (_, depth) => `\n${'  '.repeat(depth)}`);

function lineBreak(depth: number): string {
  return LINE_BREAKS[Math.min(depth, 40)] as string;
}
