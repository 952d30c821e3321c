/** A run in, everything its page shows out: plain values that the template only has to lay out. */
import type { Finding } from '../../core/finding';
import { CHANGE_KINDS, type Comparison } from '../../core/comparison';
import type { Run, Step, Verdict } from '../../core/result';
import { VERDICTS, summarize } from '../../core/result';
import { READING_ORDER, byCause, bySubject, type Cause, type Group } from '../arrangement';
import { changeInWords } from '../change-in-words';
import { durationText } from '../duration';
import { verdictSentence } from '../verdict-sentence';
import { visibleLine } from '../visible-text';
import { honestyView } from './honesty-view';
import { pageLimits, type Limits } from './limits';
import { anchor, resultView, safeHref, type ResultView } from './result-view';

/** Causes whose first result stands open; the others are one click away, or the page would be endless. */
const OPEN_CAUSES = 10;
/** Findings of a step that are shown; the step's own files have all. */
const FINDINGS_SHOWN = 50;

export interface CauseView {
  readonly title: string;
  /** e.g. `4 tests`. */
  readonly size: string;
  readonly results: readonly ResultView[];
}

export interface GroupView {
  readonly title: string;
  readonly resourceType?: string;
  /** How many there are of each verdict, worst first. */
  readonly counts: readonly { readonly verdict: Verdict; readonly text: string }[];
  /** A group of passes alone is folded. */
  readonly open: boolean;
  readonly results: readonly ResultView[];
  /** The passes of a group that has other results too: folded, so that those are seen. */
  readonly passes?: { readonly title: string; readonly results: readonly ResultView[] };
}

export interface StepView {
  readonly status: Step['status'];
  readonly title: string;
  readonly message: string;
  readonly time?: string;
  readonly findingsTitle?: string;
  readonly findings: readonly { readonly severity: string; readonly code: string; readonly message: string; readonly place: string }[];
  readonly more?: string;
}

export type PageView = ReturnType<typeof pageView>;

export function pageView(run: Run) {
  const limits = pageLimits(run);
  const { headline, additions, mood } = verdictSentence(run);
  const startedAt = new Date(run.startedAt);
  const others = run.results.filter(({ verdict }) => verdict !== 'fail' && verdict !== 'error');
  return {
    documentTitle: `${headline} - ${hostOf(run.target.url)} - ${run.tool.name}`,
    tool: run.tool,
    headline,
    additions: additions.length === 0 ? undefined : `Also: ${additions.join('; ')}.`,
    mood,
    target: { url: visibleLine(run.target.url), href: safeHref(run.target.url) },
    facts: facts(run),
    startedAt: Number.isNaN(startedAt.getTime()) ? { iso: undefined, text: visibleLine(run.startedAt) } : { iso: startedAt.toISOString(), text: instantText(startedAt) },
    bar: barView(run),
    tiles: READING_ORDER.map((verdict) => ({ verdict, label: VERDICTS[verdict].label.toLowerCase(), meaning: VERDICTS[verdict].meaning, count: run.summary[VERDICTS[verdict].summaryKey] })),
    notes: run.notes.map(visibleLine),
    comparison: run.comparison === undefined ? undefined : comparisonSection(run.comparison),
    steps: (run.steps ?? []).map(stepView),
    failures: byCause(run.results, 'fail').map((cause, index) => causeView(cause, run, limits, index < OPEN_CAUSES)),
    errors: byCause(run.results, 'error').map((cause) => causeView(cause, run, limits, false)),
    honesty: honestyView(run),
    groups: bySubject(others).map((group) => groupView(group, run, limits)),
  };
}

function facts(run: Run): { name: string; value: string }[] {
  const { software, fhirVersion } = run.target;
  const rows: [string, string][] = [
    ['Software', software ?? 'not stated'],
    // An archive that speaks DICOMweb has none.
    ...(fhirVersion === undefined ? [] : [['FHIR version', fhirVersion] as [string, string]]),
    ['Mode', run.mode],
    ['Tests', run.results.length.toLocaleString('en-US')],
    ['Requests', run.requests.toLocaleString('en-US')],
    ['Took', durationText(run.durationMs)],
  ];
  return rows.map(([name, value]) => ({ name, value: visibleLine(value) }));
}

/** Segments of one bar, in thousandths of its width. */
function barView(run: Run): { verdict: Verdict; x: number; width: number }[] {
  let x = 0;
  return READING_ORDER.flatMap((verdict) => {
    const width = (1000 * run.summary[VERDICTS[verdict].summaryKey]) / Math.max(1, run.results.length);
    const segment = { verdict, x: rounded(x), width: rounded(width) };
    x += width;
    return width === 0 ? [] : [segment];
  });
}

const rounded = (value: number) => Math.round(value * 10) / 10;

function causeView({ title, results }: Cause, run: Run, limits: Limits, open: boolean): CauseView {
  return {
    title: visibleLine(title),
    size: results.length === 1 ? '1 test' : `${results.length} tests`,
    results: results.map((result, index) => resultView(result, run.target.url, limits, open && index === 0)),
  };
}

function groupView({ title, resourceType, results }: Group, run: Run, limits: Limits): GroupView {
  const summary = summarize(results);
  const views = results.map((result) => resultView(result, run.target.url, limits));
  const passes = views.filter(({ verdict }) => verdict === 'pass');
  const notable = views.filter(({ verdict }) => verdict !== 'pass');
  const mixed = passes.length > 0 && notable.length > 0;
  return {
    title: visibleLine(title),
    resourceType: resourceType === undefined ? undefined : visibleLine(resourceType),
    counts: READING_ORDER.filter((verdict) => summary[VERDICTS[verdict].summaryKey] > 0).map((verdict) => ({
      verdict,
      text: `${summary[VERDICTS[verdict].summaryKey]} ${VERDICTS[verdict].label.toLowerCase()}`,
    })),
    open: notable.length > 0,
    results: mixed ? notable : views,
    passes: mixed ? { title: passes.length === 1 ? '1 test passed' : `${passes.length} tests passed`, results: passes } : undefined,
  };
}

/** What came out differently than in an earlier run, each with a link to its result. */
function comparisonSection({ baseline, changes }: Comparison) {
  return {
    baseline: visibleLine(`${baseline.url}, ${baseline.startedAt}, ${baseline.tool}`),
    changes: changes.map((change) => ({
      verdict: change.after ?? change.before,
      label: CHANGE_KINDS[change.kind].label,
      id: visibleLine(change.id),
      anchor: change.after === undefined ? undefined : anchor(change.id),
      words: changeInWords(change),
      message: visibleLine(change.message),
    })),
  };
}

function stepView({ status, title, message, durationMs, findings = [] }: Step): StepView {
  const rest = findings.length - FINDINGS_SHOWN;
  return {
    status,
    title: visibleLine(title),
    message: visibleLine(message),
    time: status === 'skipped' ? undefined : durationText(durationMs),
    findingsTitle: findings.length === 0 ? undefined : findings.length === 1 ? '1 finding' : `${findings.length} findings`,
    findings: findings.slice(0, FINDINGS_SHOWN).map((finding) => ({
      severity: finding.severity,
      code: visibleLine(finding.code),
      message: visibleLine(finding.message),
      place: visibleLine(placeOf(finding)),
    })),
    more: rest > 0 ? `${rest} more are in report.json.` : undefined,
  };
}

function placeOf({ location }: Finding): string {
  const { file, line, column, resource, path } = location ?? {};
  const inFile = [file, line, column].filter((part) => part !== undefined).join(':');
  return [inFile, resource, path].filter((part) => part !== undefined && part !== '').join(' ');
}

/** In UTC, so that a report reads the same everywhere. */
function instantText(instant: Date): string {
  return `${instant.toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })} UTC`;
}

function hostOf(url: string): string {
  return visibleLine(URL.canParse(url) ? new URL(url).host : url);
}
