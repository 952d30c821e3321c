/** A run in, junit.xml out, as Jenkins and GitLab read it: one suite for each test group and one for the steps around the tests. */
import type { Result, Run, Step, Verdict } from '../core/result';
import { VERDICTS } from '../core/result';
import { bySubject } from './arrangement';
import { decisiveCurl } from './json';
import { setDifference } from './set-difference';
import { visibleLine } from './visible-text';
import { element, text, type XmlNode } from './xml';

/** How many elements of each set are listed; all of them are in report.json. */
const ELEMENTS_LISTED = 50;

/** What a verdict becomes in a vocabulary of passed, failed, errored and skipped. */
const OUTCOMES = {
  pass: 'passed',
  warn: 'passed',
  info: 'passed',
  fail: 'failure',
  error: 'error',
  'not-declared': 'skipped',
  'no-data': 'skipped',
} as const satisfies Record<Verdict, string>;

type Outcome = (typeof OUTCOMES)[Verdict];

interface Case {
  readonly outcome: Outcome;
  readonly seconds: number;
  readonly node: XmlNode;
}

/** The format has no standard; this is what https://github.com/jenkinsci/xunit-plugin (junit-10.xsd) and GitLab's parser both accept. */
export function renderJunit(run: Run): string {
  const known = knownTrouble(run);
  const suites = bySubject(run.results).map(({ name, resourceType, results }) => ({
    name: resourceType === undefined ? name : `${name} ${resourceType}`,
    cases: results.map((result) => resultCase(result, known.has(result.id))),
  }));
  const steps = run.steps ?? [];
  if (steps.length > 0) suites.unshift({ name: 'steps', cases: steps.map(stepCase) });
  const all = suites.flatMap(({ cases }) => cases);
  const root = element(
    'testsuites',
    { name: `${run.tool.name} ${run.target.url}`, ...totals(all) },
    suites.map(({ name, cases }) => suiteElement(run, name, cases)),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${text(root)}`;
}

function suiteElement(run: Run, name: string, cases: readonly Case[]): XmlNode {
  const skipped = cases.filter(({ outcome }) => outcome === 'skipped').length;
  // Instants without zone or fraction: the pattern of the older schemas.
  const attributes = { name, ...totals(cases), skipped, timestamp: run.startedAt.slice(0, 19), hostname: hostOf(run.target.url) };
  return element('testsuite', attributes, cases.map(({ node }) => node));
}

function totals(cases: readonly Case[]) {
  const count = (wanted: Outcome) => cases.filter(({ outcome }) => outcome === wanted).length;
  return { tests: cases.length, failures: count('failure'), errors: count('error'), time: seconds(cases.reduce((sum, one) => sum + one.seconds, 0)) };
}

/** Ids of failures and errors that the earlier run had too: where one is compared with, only the others may make a build red. */
function knownTrouble({ comparison, results }: Run): ReadonlySet<string> {
  if (comparison === undefined) return new Set();
  const changed = new Set(comparison.changes.map(({ id }) => id));
  return new Set(results.filter(({ id, verdict }) => (verdict === 'fail' || verdict === 'error') && !changed.has(id)).map(({ id }) => id));
}

function resultCase(result: Result, known: boolean): Case {
  const outcome = known ? 'skipped' : OUTCOMES[result.verdict];
  const time = result.exchanges.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
  // Jenkins makes a tree of the class name's dots, so the test's id stands there; the title tells what it is.
  const attributes = { classname: result.id, name: result.title, time: seconds(time) };
  const message = visibleLine(result.message);
  const children: XmlNode[] = [];
  if (outcome === 'failure' || outcome === 'error') children.push(element(outcome, { message, type: result.expectation }, evidence(result)));
  else if (outcome === 'skipped') children.push(element('skipped', { message: `${VERDICTS[result.verdict].label}${known ? ' as before' : ''}: ${message}` }));
  else if (result.verdict !== 'pass') children.push(element('system-out', {}, `${VERDICTS[result.verdict].label}: ${evidence(result)}`));
  return { outcome, seconds: time, node: element('testcase', attributes, children) };
}

function stepCase(step: Step): Case {
  const outcome: Outcome = step.status === 'done' ? 'passed' : step.status === 'skipped' ? 'skipped' : 'failure';
  const time = step.durationMs / 1000;
  const message = visibleLine(step.message);
  const found = (step.findings ?? []).slice(0, ELEMENTS_LISTED).map((finding) => {
    const { file, line, resource, path } = finding.location ?? {};
    const place = [file === undefined ? undefined : line === undefined ? file : `${file}:${line}`, resource, path].filter((part) => part !== undefined);
    return `${finding.severity} ${finding.code}: ${finding.message}${place.length > 0 ? ` (${place.join(' ')})` : ''}`;
  });
  const children: XmlNode[] = [];
  if (outcome === 'failure') children.push(element('failure', { message, type: 'step' }, [message, ...found].join('\n')));
  else if (outcome === 'skipped') children.push(element('skipped', { message }));
  else children.push(element('system-out', {}, [message, ...found].join('\n')));
  return { outcome, seconds: time, node: element('testcase', { classname: `steps.${step.id}`, name: step.title, time: seconds(time) }, children) };
}

/** Everything a reader of a build log needs to repeat the test. */
function evidence(result: Result): string {
  const lines = [result.message, '', `${result.expectation} ${result.requirement.id}: ${result.requirement.text}`, result.requirement.url];
  if (result.expected !== undefined && result.actual !== undefined) {
    const { missing, extra, both, orderDiffersAt } = setDifference(result.expected, result.actual);
    lines.push('', `expected ${result.expected.length}, returned ${result.actual.length}, in both ${both.length}`);
    lines.push(...listed('missing', missing), ...listed('not expected', extra));
    if (orderDiffersAt !== undefined) lines.push(`order differs from place ${orderDiffersAt + 1} on`);
  }
  if (result.witness !== undefined) lines.push('', `${result.witness.reference}: ${result.witness.why}`);
  const curl = decisiveCurl(result);
  if (curl !== undefined) lines.push('', curl);
  return lines.join('\n');
}

function listed(label: string, elements: readonly string[]): string[] {
  const rest = elements.length - ELEMENTS_LISTED;
  return [...elements.slice(0, ELEMENTS_LISTED).map((one) => `  ${label}: ${one}`), ...(rest > 0 ? [`  ${label}: ${rest} more`] : [])];
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

const seconds = (value: number) => value.toFixed(3);
