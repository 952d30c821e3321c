/** Splitting and unescaping of parameter values: https://hl7.org/fhir/R4/search.html#escaping */

/** Splits at each `separator` that no backslash precedes; the parts stay escaped. */
export function splitEscaped(raw: string, separator: ',' | '$' | '|'): string[] {
  if (!raw.includes(separator)) return [raw];
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < raw.length; at += 1) {
    if (raw[at] === '\\') at += 1;
    else if (raw[at] === separator) {
      parts.push(raw.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, raw.slice(from)];
}

/** Removes the escapes; a backslash before any other character is kept (see `isWellEscaped`). */
export function unescapeValue(raw: string): string {
  return raw.includes('\\') ? raw.replace(/\\([,$|\\])/g, '$1') : raw;
}

/** Escapes a literal text for use in a parameter value. */
export function escapeValue(text: string): string {
  return text.replace(/[,$|\\]/g, '\\$&');
}

/** False for a backslash that escapes nothing, which R4 calls illegal. */
export function isWellEscaped(raw: string): boolean {
  return !raw.replace(/\\[,$|\\]/g, '').includes('\\');
}
