/** A comparison of two packages in, what a person reads out: lines for a terminal, or a Markdown page for release notes. */
import type { Style } from '../../core/style';
import { ASPECTS, PARTIES, type Change, type ChangeKind } from './change';
import { brokenParties, type PackageDiff } from './diff-packages';

const PAINT: Record<ChangeKind, 'green' | 'red' | 'yellow' | 'cyan'> = { added: 'green', removed: 'red', tightened: 'yellow', loosened: 'cyan', changed: 'yellow' };
/** Of long lists the first ones; JSON has all of them. */
const SHOWN_ITEMS = 12;

/** Lines for a terminal, artifact by artifact, with a summary at the end. */
export function describeDiff(diff: PackageDiff, style: Style): string[] {
  const lines = byArtifact(diff.changes).flatMap(([artifact, changes]) => [
    style.bold(artifact),
    ...changes.map((change) => `  ${style[PAINT[change.kind]](change.kind.padEnd(9))} ${sentence(change)}${change.breaks.length === 0 ? '' : style.red(`  breaks ${change.breaks.join(', ')}`)}`),
  ]);
  const meanings = brokenParties(diff).map((party) => style.dim(`  ${party}: ${PARTIES[party]}`));
  return [...lines, ...(lines.length === 0 ? [] : ['']), summary(diff), ...meanings];
}

/** A page of its own, as release notes take it in. */
export function diffMarkdown(diff: PackageDiff): string {
  const sections = byArtifact(diff.changes).map(([artifact, changes]) =>
    [
      `### ${artifact}`,
      '',
      '| Change | What | Breaks |',
      '|---|---|---|',
      ...changes.map((change) => `| ${change.kind} | ${escaped(sentence(change))} | ${change.breaks.join(', ') || '-'} |`),
    ].join('\n'),
  );
  return `${[`## Changes from ${diff.from} to ${diff.to}`, summary(diff), ...brokenParties(diff).map((party) => `* ${party}: ${PARTIES[party]}`), ...sections].join('\n\n')}\n`;
}

function byArtifact(changes: readonly Change[]): [string, Change[]][] {
  const groups = new Map<string, Change[]>();
  for (const change of changes) groups.set(change.artifact, [...(groups.get(change.artifact) ?? []), change]);
  return [...groups];
}

function sentence({ aspect, at, before, after, items }: Change): string {
  const list = items && `${items.slice(0, SHOWN_ITEMS).join(', ')}${items.length > SHOWN_ITEMS ? ` and ${items.length - SHOWN_ITEMS} more` : ''}`;
  const values = before === undefined && after === undefined ? list : `${before ?? '(none)'} -> ${after ?? '(none)'}`;
  return `${at === undefined ? '' : `${at} `}${ASPECTS[aspect].label}${values === undefined ? '' : `: ${values}`}`;
}

function summary(diff: PackageDiff): string {
  const { from, to, changes } = diff;
  if (changes.length === 0) return `${from} and ${to} say the same.`;
  const parties = brokenParties(diff);
  const counts = (['added', 'removed', 'tightened', 'loosened', 'changed'] as const).flatMap((kind) => {
    const count = changes.filter((change) => change.kind === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  const broken = parties.map((party) => `${party} ${changes.filter(({ breaks }) => breaks.includes(party)).length}`);
  const verdict = parties.length === 0 ? 'breaks nobody' : `breaks ${broken.join(', ')}`;
  return `${from} -> ${to}: ${counts.join(', ')}; ${verdict}.`;
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
