/** Values seen in the data in, values that are fit to search by out: written as search values, no placeholders among them. */
import { graphemes } from '../../core/graphemes';
import { escapeValue } from '../../search/escaping';
import type { TokenValue } from '../../search/match/token';
import type { ParameterView, SeenToken } from './parameter-view';

/** Codes that stand for the lack of one; a server may treat them in ways of its own. */
const PLACEHOLDERS = new Set(['UNK', 'unknown', 'NI', 'NA', 'NAV', 'NASK', 'ASKU', 'OTH', 'OT', 'MSK', 'asked-unknown', 'not-asked', 'masked', 'not-applicable', 'unsupported', 'as-text', 'error']);
const PLACEHOLDER_SYSTEMS = new Set(['http://terminology.hl7.org/CodeSystem/v3-NullFlavor', 'http://terminology.hl7.org/CodeSystem/data-absent-reason']);

/** A token with a real code. */
export function isRealCode(token: TokenValue): token is TokenValue & { code: string } {
  return token.code !== undefined && token.code !== '' && !PLACEHOLDERS.has(token.code) && !PLACEHOLDER_SYSTEMS.has(token.system ?? '');
}

/** `code`, as a search value. */
export function codeValue(token: TokenValue & { code: string }): string {
  return escapeValue(token.code);
}

/** `system|code`, or `|code` where there is no system. */
export function systemCodeValue(token: TokenValue & { code: string }): string {
  return `${escapeValue(token.system ?? '')}|${escapeValue(token.code)}`;
}

/** The tokens with real codes. */
export function realTokens(view: ParameterView): (SeenToken & { token: TokenValue & { code: string } })[] {
  return view.tokens.filter((seen): seen is SeenToken & { token: TokenValue & { code: string } } => isRealCode(seen.token));
}

/** Each value once, in the order of first sight. */
export function distinct<T>(values: Iterable<T>): T[] {
  return [...new Set(values)];
}

/** The text from one letter to another one, as `slice` counts: half of a letter is nothing to search by. */
export function cutText(text: string, from: number, to?: number): string {
  return graphemes(text).slice(from, to).join('');
}

/** A system that no data uses, for queries that must find nothing. */
export const FOREIGN_SYSTEM = 'https://fhir-scout.org/no-such-system';
/** An id that no server has. */
export const NO_SUCH_ID = 'scout-no-such-id';

/** The same letters, upper for lower and lower for upper. */
export function swapCase(text: string): string {
  return [...text].map((letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase())).join('');
}
