/** What was expected and what came back in, the comparison as a page shows it out: differences in aligned rows, the rest in folded lists. */
import { setDifference } from '../set-difference';
import { visibleLine } from '../visible-text';

export interface ComparisonView {
  /** e.g. `2 missing, 1 not expected, 37 as expected.` */
  readonly summary: string;
  /** Differences, aligned; absent where there is none. */
  readonly rows: readonly RowView[];
  /** What the rows leave out, and what is as it should be; folded. */
  readonly lists: readonly ListView[];
}

interface RowView {
  readonly kind: 'missing' | 'extra' | 'differs' | 'same';
  /** Undefined where that side has nothing. */
  readonly expected: string | undefined;
  readonly actual: string | undefined;
}

interface ListView {
  readonly title: string;
  /** One element a line. */
  readonly text: string;
  /** Says that the list was cut. */
  readonly note: string | undefined;
}

/** Rows of each kind that stand open. */
const OPEN_ROWS = 8;

/** @returns undefined where a test compares nothing */
export function comparisonView(expected: readonly string[] | undefined, actual: readonly string[] | undefined, listElements: number): ComparisonView | undefined {
  if (expected === undefined && actual === undefined) return undefined;
  if (expected === undefined) return { summary: `${number(actual!.length)} returned.`, rows: [], lists: listed('returned', actual!, listElements) };
  if (actual === undefined) return { summary: `${number(expected.length)} expected.`, rows: [], lists: listed('expected', expected, listElements) };
  const { missing, extra, both, orderDiffersAt } = setDifference(expected, actual);
  if (orderDiffersAt !== undefined) return orderView(expected, actual, orderDiffersAt, listElements);
  if (expected.length === 1 && actual.length === 1 && missing.length === 1) {
    return { summary: 'Another value than expected.', rows: [row('differs', expected[0], actual[0])], lists: [] };
  }
  return {
    summary: `${counts([[missing.length, 'missing'], [extra.length, 'not expected'], [both.length, 'as expected']])}.`,
    rows: [
      ...missing.slice(0, OPEN_ROWS).map((element) => row('missing', element, undefined)),
      ...extra.slice(0, OPEN_ROWS).map((element) => row('extra', undefined, element)),
    ],
    lists: [
      ...listed('more missing', missing.slice(OPEN_ROWS), listElements),
      ...listed('more not expected', extra.slice(OPEN_ROWS), listElements),
      ...listed('as expected', both, listElements),
    ],
  };
}

/** The same elements in another order: both sides place by place, from the first difference on. */
function orderView(expected: readonly string[], actual: readonly string[], from: number, listElements: number): ComparisonView {
  const rows = expected.slice(from, from + OPEN_ROWS).map((element, index) => {
    const other = actual[from + index];
    return row(element === other ? 'same' : 'differs', element, other);
  });
  return {
    summary: `The same ${number(expected.length)}, in another order from place ${number(from + 1)} on.`,
    rows,
    lists: [...listed('in the expected order', expected, listElements), ...listed('in the order returned', actual, listElements)],
  };
}

function row(kind: RowView['kind'], expected: string | undefined, actual: string | undefined): RowView {
  const shown = (element: string | undefined) => (element === undefined ? undefined : visibleLine(element) || '(empty)');
  return { kind, expected: shown(expected), actual: shown(actual) };
}

function listed(title: string, elements: readonly string[], limit: number): ListView[] {
  if (elements.length === 0) return [];
  const rest = elements.length - limit;
  const text = elements.slice(0, limit).map(visibleLine).join('\n');
  return [{ title: `${number(elements.length)} ${title}`, text, note: rest > 0 ? `${number(rest)} more are in report.json.` : undefined }];
}

function counts(parts: readonly (readonly [number, string])[]): string {
  const present = parts.filter(([count]) => count > 0).map(([count, label]) => `${number(count)} ${label}`);
  return present.length === 0 ? 'Nothing expected, nothing returned' : present.join(', ');
}

/** With separators for thousands. */
function number(value: number): string {
  return value.toLocaleString('en-US');
}
