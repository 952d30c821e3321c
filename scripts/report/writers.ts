/** The table of report files; a new kind of report is one file and one row here. */
import type { Run } from '../core/result';
import { renderHtml } from './html/render';
import { jsonPieces } from './json';
import { renderJunit } from './junit';

export interface Writer {
  /** Name used on the command line. */
  readonly id: string;
  readonly fileName: string;
  readonly mediaType: string;
  /** The file's text in pieces to be written one after the other: all of it may be longer than a string can be. */
  render(run: Run): Iterable<string>;
}

/** In the order in which they are written and named. */
export const WRITERS = [
  { id: 'html', fileName: 'report.html', mediaType: 'text/html', render: (run) => [renderHtml(run)] },
  { id: 'json', fileName: 'report.json', mediaType: 'application/json', render: jsonPieces },
  { id: 'junit', fileName: 'junit.xml', mediaType: 'application/xml', render: (run) => [renderJunit(run)] },
] as const satisfies readonly Writer[];

export type WriterId = (typeof WRITERS)[number]['id'];
