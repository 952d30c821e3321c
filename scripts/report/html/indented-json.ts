/** JSON text in, whole or broken off, the same text with line breaks and indentation out; nothing but white space outside of strings changes. */

/** A string (perhaps broken off), a run of white space, a bracket, a separator, or a run of anything else. */
const PIECES = /"(?:\\.|[^"\\])*"?|\s+|[{[]|[}\]]|[,:]|[^\s"{}[\],:]+/gsu;

/**
 * Indents by two blanks a level, as JSON.stringify does, without asking whether the text is valid: a body that was cut is none, and is still to be read.
 * @param limit a result of more characters than that is only the beginning
 */
export function indentedJson(json: string, limit: number): string {
  const out: string[] = [];
  let length = 0;
  let depth = 0;
  let open = false;
  const add = (text: string) => {
    out.push(text);
    length += text.length;
  };
  for (const [piece] of json.matchAll(PIECES)) {
    if (length > limit) break;
    if (/^\s/.test(piece)) continue;
    const closes = piece === '}' || piece === ']';
    if (closes) depth = Math.max(0, depth - 1);
    // Nothing stands between the brackets of an empty object or array.
    if (open !== closes) add(open || closes ? lineBreak(depth) : '');
    open = piece === '{' || piece === '[';
    if (open) depth += 1;
    add(piece === ':' ? ': ' : piece === ',' ? `,${lineBreak(depth)}` : piece);
  }
  return out.join('');
}

function lineBreak(depth: number): string {
  return `\n${'  '.repeat(Math.min(depth, 40))}`;
}
