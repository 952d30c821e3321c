/** input/ignoreWarnings.txt in, the messages that the project suppresses out, each with the reason above it. */
import { isError, type Finding } from '../core/finding';
import type { SourceFile } from './qa-guide';

export interface IgnoredMessage {
  readonly pattern: string;
  readonly line: number;
  /** The comments above it; empty where there are none. */
  readonly reason: string;
}

/** The line that the IG Publisher wants first. */
const HEADER = /^==.*==$/;

/** @see https://build.fhir.org/ig/FHIR/ig-guidance/qa.html#suppressing-messages */
export function readIgnoredMessages({ text }: SourceFile): IgnoredMessage[] {
  const rows: IgnoredMessage[] = [];
  let comments: string[] = [];
  let fresh = true;
  text.split(/\r?\n/).forEach((raw, index) => {
    const line = raw.trim();
    if (line === '' || HEADER.test(line)) {
      [comments, fresh] = [[], true];
    } else if (line.startsWith('#')) {
      // A comment after a message or an empty line begins a new reason; messages below one another share theirs.
      comments = fresh ? [line.replace(/^#\s*/, '')] : [...comments, line.replace(/^#\s*/, '')];
      fresh = false;
    } else {
      rows.push({ pattern: line, line: index + 1, reason: comments.join(' ') });
      fresh = true;
    }
  });
  return rows;
}

/** `%` at an end stands for any text, as in the IG Publisher; without one the whole message is meant. */
export function matchesIgnored({ pattern }: IgnoredMessage, { message, code }: Finding): boolean {
  const [open, close] = [pattern.startsWith('%'), pattern.endsWith('%') && pattern.length > 1];
  const text = pattern.slice(open ? 1 : 0, close ? -1 : undefined);
  return [message, code].some((said) => (open && close ? said.includes(text) : open ? said.endsWith(text) : close ? said.startsWith(text) : said === text));
}

export interface Sifted {
  readonly shown: Finding[];
  readonly suppressed: { readonly message: IgnoredMessage; readonly findings: readonly Finding[] }[];
  /** Rows that match nothing any more. */
  readonly idle: readonly IgnoredMessage[];
}

/** Errors are never suppressed: they are mended, or the guide is wrong. */
export function siftIgnored(findings: readonly Finding[], rows: readonly IgnoredMessage[]): Sifted {
  const hits = new Map<IgnoredMessage, Finding[]>(rows.map((row) => [row, []]));
  const shown = findings.filter((finding) => {
    const row = isError(finding) ? undefined : rows.find((one) => matchesIgnored(one, finding));
    if (row !== undefined) hits.get(row)?.push(finding);
    return row === undefined;
  });
  const all = [...hits];
  return { shown, suppressed: all.filter(([, found]) => found.length > 0).map(([message, found]) => ({ message, findings: found })), idle: all.filter(([, found]) => found.length === 0).map(([message]) => message) };
}
