/** The verdicts of a run against a foreign server and the file in which a person has reviewed them in, what differs out. */
import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { VERDICTS, type Result, type Verdict } from '../../scripts/core/result';

/** One verdict that is not a pass, looked at by hand. */
export interface ReviewedVerdict {
  /** Test id, e.g. `search.imagingstudy.modality.code`. */
  readonly id: string;
  readonly verdict: Verdict;
  /** Why it is right: what the server does, and whether that is a fault of it, a legal variant, or a lack of data. */
  readonly reason: string;
  /** The clause of the specification that decides. */
  readonly url: string;
}

/** As the file has it: one reason for all the tests that share it. */
interface ReviewedRow extends Omit<ReviewedVerdict, 'id'> {
  readonly ids: readonly string[];
}

/** Reads a reviewed file: a list of rows with ids, verdict, reason and url. @throws Error naming the row that is incomplete */
export function readReviewed(file: string): ReviewedVerdict[] {
  const list: unknown = load(readFileSync(file, 'utf8'));
  if (!Array.isArray(list)) throw new Error(`${file} is not a list.`);
  const rows = list as Partial<ReviewedRow>[];
  const seen = new Set<string>();
  return rows.flatMap((row, index) => {
    const place = `${file}, row ${index + 1} (${row.ids?.[0] ?? 'no ids'})`;
    const { ids, verdict, reason, url } = row;
    if (ids === undefined || ids.length === 0 || !verdict || !reason || !url) throw new Error(`${place} lacks ids, verdict, reason or url.`);
    if (!Object.hasOwn(VERDICTS, verdict) || verdict === 'pass') throw new Error(`${place} has the verdict "${verdict}"; a reviewed one is ${Object.keys(VERDICTS).filter((name) => name !== 'pass').join(', ')}.`);
    if (!/^https?:\/\//.test(url)) throw new Error(`${place} has no web address of a clause.`);
    const twice = ids.find((id) => seen.has(id) || !seen.add(id));
    if (twice !== undefined) throw new Error(`${place} has ${twice}, which is there twice.`);
    return ids.map((id) => ({ id, verdict, reason, url }));
  });
}

/** One line for each verdict that was not reviewed, and for each reviewed one that did not come; none when all agree. */
export function compareWithReview(results: readonly Pick<Result, 'id' | 'verdict' | 'message'>[], reviewed: readonly ReviewedVerdict[]): string[] {
  const rows = new Map(reviewed.map((row) => [row.id, row]));
  const differences: string[] = [];
  for (const { id, verdict, message } of results) {
    const row = rows.get(id);
    rows.delete(id);
    if (row?.verdict === verdict || (row === undefined && verdict === 'pass')) continue;
    differences.push(row ? `${id}: reviewed as ${row.verdict}, came as ${verdict}: ${message}` : `${id}: ${verdict}, not reviewed: ${message}`);
  }
  for (const { id, verdict } of rows.values()) differences.push(`${id}: reviewed as ${verdict}, but the test did not run`);
  return differences;
}
