/** The results of runs and the deviations that a server is known to have in, those that no test found out. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Result } from '../../scripts/core/result';

export interface KnownDeviation {
  /** One, or several that do the same. */
  readonly server: string | readonly string[];
  readonly deviation: string;
  /** Verdict by test id; under `discovery` a part of the sentence that ends the run. */
  readonly foundBy: Readonly<Record<string, string>>;
}

/** Stands for what is said before the first test. */
export const DISCOVERY = 'discovery';

/** The deviations of one server that tests have to find. @throws Error for a row that neither names a test nor says why there is none */
export function knownDeviations(server: string, file = join(__dirname, 'known-deviations.yaml')): KnownDeviation[] {
  const rows = load(readFileSync(file, 'utf8')) as (Partial<KnownDeviation> & { none?: string })[];
  return rows.flatMap(({ server: whose, deviation, foundBy, none }, index) => {
    if (whose === undefined || deviation === undefined || (foundBy === undefined) === (none === undefined)) throw new Error(`${file}, row ${index + 1} lacks server, deviation, or one of foundBy and none.`);
    return ![whose].flat().includes(server) || foundBy === undefined ? [] : [{ server, deviation, foundBy }];
  });
}

/** The deviations as far as some of the tests have to find them: one may be found by several, in several runs. */
export function foundIn(deviations: readonly KnownDeviation[], runs: (test: string) => boolean): KnownDeviation[] {
  const asked = deviations.map((row) => ({ ...row, foundBy: Object.fromEntries(Object.entries(row.foundBy).filter(([test]) => test !== DISCOVERY && runs(test))) }));
  return asked.filter(({ foundBy }) => Object.keys(foundBy).length > 0);
}

/** One line for each test that did not find the deviation that it has to find. */
export function notFound(results: readonly Pick<Result, 'id' | 'verdict'>[], deviations: readonly KnownDeviation[]): string[] {
  const verdicts = new Map(results.map(({ id, verdict }) => [id, verdict]));
  return deviations.flatMap(({ deviation, foundBy }) =>
    Object.entries(foundBy).flatMap(([id, verdict]) => (id === DISCOVERY || verdicts.get(id) === verdict ? [] : [`${deviation} ${id} should be ${verdict}, and is ${verdicts.get(id) ?? 'not run'}`])),
  );
}
