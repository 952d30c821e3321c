/** What the IG Publisher left in its output folder in, its own quality report read back out: counts from qa.json, messages from qa.txt. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../core/finding';

export interface PublisherQa {
  readonly errors: number;
  readonly warnings: number;
  readonly hints: number;
  /** Warnings and hints that the project's input/ignoreWarnings.txt hides. */
  readonly suppressed: number;
  /** Its errors; warnings and hints stand in its report. */
  readonly findings: readonly Finding[];
  /** Its qa.html. */
  readonly report: string;
  /** Its version. */
  readonly version?: string;
}

/** The fields of its qa.json that count; `tool` there is no version of the publisher. */
interface QaJson {
  readonly errs?: number;
  readonly warnings?: number;
  readonly hints?: number;
  readonly 'suppressed-warnings'?: number;
  readonly 'suppressed-hints'?: number;
}

/** @returns nothing where the report is older than `begun` (milliseconds since 1970): it is that of another run then */
export function readPublisherQa(output: string, begun: number): PublisherQa | undefined {
  const file = join(output, 'qa.json');
  // File systems keep times less exactly than the clock.
  if ((statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) < begun - 2_000) return undefined;
  const { errs = 0, warnings = 0, hints = 0, 'suppressed-warnings': hiddenWarnings = 0, 'suppressed-hints': hiddenHints = 0 } = JSON.parse(readFileSync(file, 'utf8')) as QaJson;
  const texts = join(output, 'qa.txt');
  const text = statSync(texts, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(texts, 'utf8') : '';
  const version = /^IG Publisher Version: (\S+)/m.exec(text)?.[1];
  return { errors: errs, warnings, hints, suppressed: hiddenWarnings + hiddenHints, findings: errorsIn(text), report: join(output, 'qa.html'), ...(version !== undefined && { version }) };
}

/** `== FILE ==` begins what is said of a file, and each message has a line: `ERROR: where: what`. */
function errorsIn(text: string): Finding[] {
  let file: string | undefined;
  return text.split(/\r?\n/).flatMap((line): Finding[] => {
    const named = /^== (.+) ==$/.exec(line)?.[1];
    if (named !== undefined) file = named === 'n/a' ? undefined : named;
    const message = /^ERROR: (.+)$/.exec(line)?.[1];
    return message === undefined ? [] : [{ severity: 'error', code: 'ig-publisher', message, source: 'ig-publisher', ...(file !== undefined && { location: { file } }) }];
  });
}
