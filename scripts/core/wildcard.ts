/** Texts in, regular expressions out: a text as it is, or a whole text in which `*` stands for any. */

/** The source of an expression that fits just this text. */
export function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** @param flags of the expression, e.g. `i` */
export function wildcard(pattern: string, flags = ''): RegExp {
  return new RegExp(`^${pattern.split('*').map(literal).join('.*')}$`, flags);
}
