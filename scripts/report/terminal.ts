/** A run in, what a person sees at the end of it in the terminal out: each thing that is not a pass with what it says, what is broken last. */
import { CHANGE_KINDS, type ChangeKind, type Comparison } from '../core/comparison';
import type { Result, Run, Step, Verdict } from '../core/result';
import { VERDICTS } from '../core/result';
import type { Style } from '../core/style';
import { READING_ORDER, byCause } from './arrangement';
import { changeInWords } from './change-in-words';
import { displayWidth, fitted, padded, wrapped } from './display-width';
import { durationText } from './duration';
import { honestySentence } from './honesty';
import { verdictSentence } from './verdict-sentence';
import { visibleLine } from './visible-text';

export interface TerminalOptions {
  /** Columns; 80 by default. */
  readonly width?: number;
  /** Names the passes too, and all tests that nothing could be said about. */
  readonly verbose?: boolean;
  /** Where the reports are, named last. */
  readonly files?: readonly string[];
}

/** Verdicts that say nothing of the server, and how many of each are named: more would only push out of sight what is broken. */
const QUIET: readonly Verdict[] = ['no-data', 'not-declared'];
const QUIET_NAMED = 6;

/** Columns after which messages begin; a longer id pushes its own message to the right. */
const ID_COLUMN = 40;

/** How many tests that could not be carried out for one reason are named: an interruption is the reason of hundreds. */
const ALIKE_NAMED = 3;

/** Lines that a message may take: the whole of it is in the reports. */
const MESSAGE_LINES = 3;

type Paint = (text: string) => string;

/** How each verdict is coloured. */
function paints(style: Style): Record<Verdict, Paint> {
  const { red, yellow, cyan, green, dim } = style;
  return { fail: red, error: red, warn: yellow, info: cyan, pass: green, 'no-data': dim, 'not-declared': dim };
}

/**
 * The run as lines of text, without a line feed at the end. Text of servers cannot act on the terminal.
 * @param style colours; plain text if it is the plain style
 */
export function renderTerminal(run: Run, style: Style, options: TerminalOptions = {}): string {
  const width = Math.max(40, options.width ?? 80);
  const blocks = [
    stepLines(run.steps ?? [], style, width),
    ...(run.comparison === undefined ? verdictBlocks(run, style, width, options.verbose === true) : changeBlocks(run.comparison, style, width)),
    summaryLines(run, style, width, options.files ?? []),
  ];
  return blocks.filter((block) => block.length > 0).map((block) => block.join('\n')).join('\n\n');
}

function stepLines(steps: readonly Step[], style: Style, width: number): string[] {
  const paint = { done: style.green, skipped: style.dim, failed: style.red };
  const titleWidth = Math.min(Math.max(0, ...steps.map(({ title }) => displayWidth(visibleLine(title)))), Math.floor(width / 2) - 10);
  return steps.map(({ status, title, message, durationMs }) => {
    const time = status === 'skipped' ? '' : ` (${durationText(durationMs)})`;
    const head = padded(fitted(visibleLine(title), titleWidth), titleWidth);
    const room = width - 11 - titleWidth - time.length;
    return `${paint[status](padded(status, 7))}  ${head}  ${fitted(visibleLine(message), room)}${style.dim(time)}`;
  });
}

function verdictBlocks(run: Run, style: Style, width: number, verbose: boolean): string[][] {
  return [...READING_ORDER].reverse().map((verdict) => (verdict === 'pass' && !verbose ? [] : verdictLines(run, verdict, style, width, verbose)));
}

/** Each test that came out differently than before, the worst kind last. */
function changeBlocks({ changes }: Comparison, style: Style, width: number): string[][] {
  const kinds = (Object.keys(CHANGE_KINDS) as ChangeKind[]).reverse();
  return kinds.map((kind) => {
    const members = changes.filter((change) => change.kind === kind);
    const paint = { 'new-failure': style.red, 'new-error': style.red, changed: style.yellow, gone: style.yellow, new: style.cyan, fixed: style.green }[kind];
    const layout = { idWidth: idWidthOf(members, width), width, paint };
    return members.length === 0 ? [] : [paint(style.bold(`${CHANGE_KINDS[kind].label} (${members.length})`)), ...members.flatMap((change) => entry(change.id, `${changeInWords(change)}: ${visibleLine(change.message)}`, layout, MESSAGE_LINES))];
  });
}

/** Those with a common cause together; of what is broken the first of each cause is told, the others show that there are more. */
function verdictLines(run: Run, verdict: Verdict, style: Style, width: number, all: boolean): string[] {
  const causes = byCause(run.results, verdict);
  const results = causes.flatMap((cause) => cause.results);
  if (results.length === 0) return [];
  const paint = paints(style)[verdict];
  const named = all || !QUIET.includes(verdict) || results.length <= QUIET_NAMED + 1 ? results : results.slice(0, QUIET_NAMED);
  const layout = { idWidth: idWidthOf(named, width), width, paint };
  return [
    paint(style.bold(`${VERDICTS[verdict].label} (${results.length})`)),
    ...(verdict === 'fail'
      ? causes.flatMap(({ title, results: members }, place) => [
          ...(place === 0 ? [] : ['']),
          ...wrapped(`${visibleLine(title)}${members.length === 1 ? '' : ` (${members.length} tests)`}`, width - 2).map((line) => `  ${style.bold(line)}`),
          ...members.flatMap((result, index) => resultEntry(result, { ...layout, width: width - 2 }, index === 0 ? MESSAGE_LINES : 1)).map((line) => `  ${line}`),
        ])
      : verdict === 'error' && !all
        ? causes.flatMap(({ results: members }) => [
            ...members.slice(0, ALIKE_NAMED).flatMap((result) => resultEntry(result, layout, MESSAGE_LINES)),
            ...(members.length <= ALIKE_NAMED ? [] : [paint(`  ... and ${members.length - ALIKE_NAMED} more for the same reason, named in the reports`)]),
          ])
        : named.flatMap((result) => resultEntry(result, layout, verdict === 'pass' ? 1 : MESSAGE_LINES))),
    ...(named === results ? [] : [paint(`  ... and ${results.length - named.length} more, named in the reports`)]),
  ];
}

interface Layout {
  readonly idWidth: number;
  readonly width: number;
  readonly paint: Paint;
}

function idWidthOf(rows: readonly { id: string }[], width: number): number {
  return Math.min(Math.max(0, ...rows.map(({ id }) => displayWidth(visibleLine(id)))), ID_COLUMN, Math.floor(width / 2));
}

function resultEntry(result: Result, layout: Layout, most: number): string[] {
  return entry(result.id, visibleLine(result.verdict === 'pass' ? result.title : result.message), layout, most);
}

/** The message beside the id where it fits or may take one line only, else below it. The id is never cut where it can be helped: it is what one types after --only. */
function entry(testId: string, message: string, { idWidth, width, paint }: Layout, most: number): string[] {
  const id = fitted(visibleLine(testId), width - 2);
  const head = padded(id, idWidth);
  const room = width - 4 - displayWidth(head);
  if (displayWidth(message) <= room) return [`  ${paint(head)}  ${message}`];
  if (most === 1) return [room < 12 ? `  ${paint(id)}` : `  ${paint(head)}  ${fitted(message, room)}`];
  const lines = wrapped(message, width - 6);
  const shown = lines.length <= most ? lines : [...lines.slice(0, most - 1), fitted(lines.slice(most - 1).join(' '), width - 6)];
  return [`  ${paint(id)}`, ...shown.map((line) => `      ${line}`)];
}

function summaryLines(run: Run, style: Style, width: number, files: readonly string[]): string[] {
  const sentence = verdictSentence(run);
  const mood = { good: style.green, bad: style.red, undecided: style.yellow }[sentence.mood];
  const counts = [...READING_ORDER]
    .map((verdict) => ({ verdict, count: run.summary[VERDICTS[verdict].summaryKey] }))
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => `${count} ${VERDICTS[verdict].label}`);
  const { url, fhirVersion, software } = run.target;
  const target = [url, software, fhirVersion === undefined ? undefined : `FHIR ${fhirVersion}`, run.mode].filter((part) => part !== undefined);
  const tests = `${run.results.length} ${run.results.length === 1 ? 'test' : 'tests'}: ${counts.join(', ') || 'none'} (${durationText(run.durationMs)}, ${run.requests} ${run.requests === 1 ? 'request' : 'requests'})`;
  const honest = honestySentence(run);
  const notes = run.notes.flatMap((note) => indent(`Note: ${visibleLine(note)}`, width));
  return [
    mood(style.bold(`${sentence.headline}.`)),
    ...sentence.additions.flatMap((addition) => indent(addition, width)),
    ...indent(tests, width),
    ...(honest === undefined ? [] : indent(visibleLine(honest), width)),
    ...indent(visibleLine(target.join(', ')), width).map(style.dim),
    ...notes.map(style.yellow),
    ...(files.length > 0 ? [`Reports: ${files[0]}`, ...files.slice(1).map((file) => `         ${file}`)] : []),
  ];
}

function indent(text: string, width: number): string[] {
  return wrapped(text, width - 2).map((line) => `  ${line}`);
}
