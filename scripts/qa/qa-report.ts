/** Findings from all who look at a guide in, one report of its quality out: a pure function. */
import { countBySeverity, isError, SEVERITY_ORDER, type Finding } from '../core/finding';
import type { IssueSeverity } from '../core/fhir';
import { QA_CHECKS } from './checks';
import { readIgnoredMessages, siftIgnored } from './ignored-messages';
import type { QaGuide, SourceFile } from './qa-guide';

/** Someone who looked, with what was found. */
export interface QaSection {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly findings: readonly Finding[];
  /** Why nobody looked; absent where somebody did. */
  readonly skipped?: string;
}

export interface QaSuppressed {
  /** Whose messages: the row's id, or the line of the file. */
  readonly rule: string;
  readonly reason: string;
  readonly count: number;
}

export interface QaReport {
  readonly guide: { readonly packageId: string; readonly version: string | undefined; readonly canonical: string };
  readonly tool: string;
  /** YYYY-MM-DD */
  readonly date: string;
  readonly ok: boolean;
  readonly summary: Record<IssueSeverity, number>;
  readonly sections: readonly QaSection[];
  readonly suppressed: readonly QaSuppressed[];
}

export interface QaInput {
  readonly guide: QaGuide;
  readonly tool: string;
  /** YYYY-MM-DD */
  readonly today: string;
  /** What the compiler, the validator and the site say; they come before the checks of this folder. */
  readonly sections: readonly QaSection[];
  /** Leaves out what the program knows to mean nothing, after the project's own suppressions. */
  readonly suppress?: (findings: readonly Finding[]) => { shown: readonly Finding[]; suppressed: readonly { id: string; count: number; reason: string }[] };
  /** input/ignoreWarnings.txt */
  readonly ignoreFile?: SourceFile | undefined;
}

/** What of some findings the report will show. */
export function shownFindings(findings: readonly Finding[], { suppress = suppressNothing, ignoreFile }: Pick<QaInput, 'suppress' | 'ignoreFile'>): readonly Finding[] {
  return suppress(siftIgnored(findings, ignoreFile === undefined ? [] : readIgnoredMessages(ignoreFile)).shown).shown;
}

const suppressNothing: NonNullable<QaInput['suppress']> = (shown) => ({ shown, suppressed: [] });

/** @returns sections in their order, the findings of each worst first */
export function qaReport({ guide, tool, today, sections, suppress = suppressNothing, ignoreFile }: QaInput): QaReport {
  const checked = QA_CHECKS.map(({ id, title, about, run }): QaSection => ({ id, title, about, findings: run(guide, today).map((fault): Finding => ({ code: id, source: 'qa', ...fault })) }));
  const rows = ignoreFile === undefined ? [] : readIgnoredMessages(ignoreFile);
  const all = [...sections, ...checked];
  const sifted = siftIgnored(all.flatMap(({ findings }) => findings), rows);
  const general = suppress(sifted.shown);
  const kept = new Set(general.shown);
  const shown = all.map((section) => ({ ...section, findings: section.findings.filter((finding) => kept.has(finding)).sort((a, b) => SEVERITY_ORDER.indexOf(a.severity) - SEVERITY_ORDER.indexOf(b.severity)) }));
  const complete = ignoreFile === undefined ? shown : [...shown, ignoreSection(ignoreFile.file, rows, all.some(({ skipped }) => skipped !== undefined) ? [] : sifted.idle)];
  const findings = complete.flatMap((section) => section.findings);
  return {
    guide: { packageId: guide.packageId, version: guide.version, canonical: guide.canonical },
    tool,
    date: today,
    ok: !findings.some(isError),
    summary: countBySeverity(findings),
    sections: complete,
    suppressed: [
      ...sifted.suppressed.map(({ message, findings: found }) => ({ rule: message.pattern, reason: message.reason === '' ? '(no reason given)' : message.reason, count: found.length })),
      ...general.suppressed.map(({ id, count, reason }) => ({ rule: id, count, reason })),
    ],
  };
}

/** A suppression is a claim of its own: it needs a reason, and something to suppress. */
function ignoreSection(file: string, rows: ReturnType<typeof readIgnoredMessages>, idle: readonly { pattern: string; line: number }[]): QaSection {
  const at = (line: number) => ({ file, line });
  return {
    id: 'ignored',
    title: 'Suppressions',
    about: 'Each suppressed message has a reason above it, and still comes up.',
    findings: [
      ...rows.filter(({ reason }) => reason === '').map(({ pattern, line }): Finding => ({ severity: 'warning', code: 'ignored', source: 'qa', message: `No reason is given for suppressing ${pattern}.`, location: at(line) })),
      ...idle.map(({ pattern, line }): Finding => ({ severity: 'information', code: 'ignored', source: 'qa', message: `Nothing says ${pattern} any more.`, location: at(line) })),
    ],
  };
}
