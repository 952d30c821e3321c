/** A test that came out differently in, `pass -> FAIL` out. */
import type { Change } from '../core/comparison';
import { VERDICTS } from '../core/result';

/** The verdicts before and after; a test that one of the runs does not have is said to be new or gone. */
export function changeInWords({ before, after }: Pick<Change, 'before' | 'after'>): string {
  const from = before === undefined ? 'new' : VERDICTS[before].label;
  return `${from} -> ${after === undefined ? 'gone' : VERDICTS[after].label}`;
}
