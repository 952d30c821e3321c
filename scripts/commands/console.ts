/** The person at the other end: results on stdout, remarks and progress on stderr, each as the common options want it. */
import type { Progress } from '../core/progress';
import { SILENT } from '../core/progress';
import { terminalStyle } from '../core/style';
import { visibleLine, visibleText } from '../report/visible-text';
import type { CommonOptions, Console } from './command';

/** What a console writes to: `process.stdout` and `process.stderr`, or a test's buffers. */
export interface Streams {
  stdout: { write(text: string): unknown; isTTY?: boolean; columns?: number };
  stderr: { write(text: string): unknown; isTTY?: boolean; columns?: number };
  /** NO_COLOR (https://no-color.org) and TERM are looked at. */
  env?: Readonly<Record<string, string | undefined>>;
}

export function openConsole(options: CommonOptions, streams: Streams, now: () => number = Date.now): Console {
  const { NO_COLOR, TERM } = streams.env ?? {};
  const canPaint = TERM !== 'dumb';
  const painted = options.color && streams.stdout.isTTY === true && !options.json && canPaint && (NO_COLOR ?? '') === '';
  const style = terminalStyle(painted);
  return {
    style,
    columns: streams.stdout.isTTY === true ? Math.min(streams.stdout.columns ?? 80, WIDEST) : 80,
    line: (text = '', always = false) => {
      if (!options.json && (!options.quiet || always)) streams.stdout.write(`${harmless(text, painted)}\n`);
    },
    note: (text) => {
      if (!options.quiet) streams.stderr.write(`${harmless(text, painted)}\n`);
    },
    progress: options.quiet ? SILENT : streams.stderr.isTTY === true && canPaint ? bar(streams, now) : lines(streams, now),
  };
}

/** The colours that a Style gives. */
const OURS = /(\u001b\[(?:1|2|22|3[1236]|39)m)/;

/** Whatever a server, a file or a guide puts into a text, on a terminal it is read and does nothing; our own colours stay where there are any. */
export function harmless(text: string, painted = false): string {
  return painted ? text.split(OURS).map((part, i) => (i % 2 === 1 ? part : visibleText(part))).join('') : visibleText(text);
}

const BAR_WIDTH = 24;

/** Longer lines are no easier to read. */
const WIDEST = 132;

/** A bar redrawn in place at most ten times a second. */
function bar(streams: Streams, now: () => number): Progress {
  let label = '';
  let total: number | undefined;
  let drawn = 0;
  const draw = (text: string) => {
    const width = Math.max(20, (streams.stderr.columns ?? 80) - 1);
    streams.stderr.write(`\r\u001b[K${visibleLine(text).slice(0, width)}`);
  };
  return {
    start(text, steps) {
      label = text;
      total = steps;
      drawn = now();
      draw(total === undefined ? `${label} ...` : `${label} 0/${total}`);
    },
    step(done, detail = '') {
      if (now() - drawn < 100) return;
      drawn = now();
      if (total === undefined) return draw(`${label} ${done || ''} ${detail}`);
      const filled = Math.round((BAR_WIDTH * Math.min(done, total)) / Math.max(total, 1));
      draw(`${label} [${'='.repeat(filled)}${' '.repeat(BAR_WIDTH - filled)}] ${done}/${total} ${detail}`);
    },
    end(summary) {
      draw(summary === undefined ? '' : `${label}: ${summary}`);
      if (summary !== undefined) streams.stderr.write('\n');
    },
  };
}

/** Plain lines for logs: the start, at most one line every five seconds, the end. */
function lines(streams: Streams, now: () => number): Progress {
  let label = '';
  let total: number | undefined;
  let said = 0;
  return {
    start(text, steps) {
      label = text;
      total = steps;
      said = now();
      streams.stderr.write(`${visibleLine(label)} ...\n`);
    },
    step(done, detail = '') {
      if (now() - said < 5000) return;
      said = now();
      streams.stderr.write(`${visibleLine(`${label}: ${total === undefined ? done : `${done} of ${total}`} ${detail}`)}\n`);
    },
    end(summary) {
      if (summary !== undefined) streams.stderr.write(`${visibleLine(`${label}: ${summary}`)}\n`);
    },
  };
}
