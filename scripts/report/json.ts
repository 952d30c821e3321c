/** A run in, `report.json` out: every key always there, in a fixed order; its shape is schemas/report.schema.json. */
import type { Comparison } from '../core/comparison';
import { curlLine } from '../core/curl';
import type { HonestyRow, Result, Run } from '../core/result';

/**
 * The file in pieces, one for each result: the exchanges of a large run together may be longer than a string can be.
 * What a run does not know is null, so that every report has the same keys.
 */
export function* jsonPieces(run: Run): Generator<string> {
  const { tool, target, mode, startedAt, durationMs, requests, summary, results, notes, steps, honesty, comparison } = run;
  const head = {
    tool: { name: tool.name, version: tool.version },
    target: { url: target.url, fhirVersion: target.fhirVersion ?? null, software: target.software ?? null },
    mode,
    startedAt,
    durationMs,
    requests,
    summary,
    notes,
    steps: steps ?? [],
    honesty: (honesty ?? []).map(reportedHonesty),
    comparison: comparison === undefined ? null : reportedComparison(comparison),
  };
  yield `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "results": [`;
  for (const [index, result] of results.entries()) yield `${index === 0 ? '' : ','}\n${indented(reportedResult(result))}`;
  yield results.length === 0 ? ']\n}\n' : '\n  ]\n}\n';
}

/** The command line that repeats the request a verdict rests on: the tester's own, else that of the first exchange, which is the decisive one. */
export function decisiveCurl(result: Result): string | undefined {
  const decisive = result.exchanges[0];
  return result.curl ?? (decisive === undefined ? undefined : curlLine(decisive.request));
}

function reportedComparison({ baseline, changes, knownFailures }: Comparison): object {
  return {
    baseline,
    knownFailures,
    changes: changes.map(({ id, title, kind, before, after, message }) => ({ id, title, kind, before: before ?? null, after: after ?? null, message })),
  };
}

function reportedHonesty({ kind, type, name, declared, echoed, filters, right, results }: HonestyRow): object {
  return { kind, type, name, declared, echoed: echoed ?? null, filters: filters ?? null, right, results };
}

function reportedResult(result: Result): object {
  return {
    id: result.id,
    title: result.title,
    group: result.group,
    resourceType: result.resourceType ?? null,
    expectation: result.expectation,
    requirement: { id: result.requirement.id, url: result.requirement.url, text: result.requirement.text },
    verdict: result.verdict,
    message: result.message,
    cause: result.cause ?? null,
    expected: result.expected ?? null,
    actual: result.actual ?? null,
    witness: result.witness ?? null,
    curl: decisiveCurl(result) ?? null,
    exchanges: result.exchanges,
  };
}

/** As it stands in the file: within a list within an object, without these. */
function indented(value: object): string {
  const nested = JSON.stringify({ _: [value] }, null, 2);
  return nested.slice(HEAD_LENGTH, -TAIL_LENGTH);
}

const HEAD_LENGTH = '{\n  "_": [\n'.length;
const TAIL_LENGTH = '\n  ]\n}'.length;
