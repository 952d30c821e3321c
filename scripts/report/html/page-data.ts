/** A run in, the part of it that the page's own script needs out, as JSON that cannot end the element it stands in. */
import type { Result, Run } from '../../core/result';
import { decisiveCurl } from '../json';
import { setDifference } from '../set-difference';
import { anchor } from './result-view';

/** Elements of a difference in a copied description. */
const ELEMENTS_COPIED = 20;

/** What one needs to describe a result to the people who make the server; passes need no description. */
export function pageData(run: Run): string {
  const results = run.results.filter(({ verdict }) => verdict !== 'pass').map((result) => [anchor(result.id), described(result)]);
  return inertJson({ tool: run.tool, target: run.target, startedAt: run.startedAt, results: Object.fromEntries(results) as object });
}

function described(result: Result) {
  const { missing, extra } = setDifference(result.expected ?? [], result.actual ?? []);
  const compared = result.expected !== undefined && result.actual !== undefined;
  return {
    id: result.id,
    title: result.title,
    verdict: result.verdict,
    expectation: result.expectation,
    requirement: result.requirement,
    message: result.message,
    missing: compared ? cut(missing) : [],
    extra: compared ? cut(extra) : [],
    curl: decisiveCurl(result) ?? null,
  };
}

function cut(elements: readonly string[]): string[] {
  const rest = elements.length - ELEMENTS_COPIED;
  return rest > 0 ? [...elements.slice(0, ELEMENTS_COPIED), `and ${rest} more`] : [...elements];
}

/** JSON without a character that means something to an HTML parser or ends a line of JavaScript. */
export function inertJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
