/** The catalogue of DICOMweb tests and patterns in, the chosen tests out. */
import { KnownError } from '../../core/known-error';
import { probablyMeant } from '../../core/nearest';
import { wildcard } from '../../core/wildcard';
import type { DicomwebTest } from './test-case';

/**
 * Patterns (`*` for any text) over id, group and requirement; case does not count.
 * @throws KnownError `no-such-test` for a pattern that fits nothing
 */
export function selectByPatterns(catalogue: readonly DicomwebTest[], only: readonly string[] = [], skip: readonly string[] = []): DicomwebTest[] {
  const fits = (test: DicomwebTest, pattern: string) => {
    const expression = wildcard(pattern, 'i');
    return [test.id, test.group, `dicomweb-${test.requirement}`].some((word) => expression.test(word));
  };
  for (const pattern of [...only, ...skip]) {
    if (catalogue.some((test) => fits(test, pattern))) continue;
    const meant = probablyMeant(pattern, catalogue.flatMap(({ id, group }) => [id, group]));
    throw new KnownError('no-such-test', `No test fits "${pattern}".${meant === undefined ? '' : ` Did you mean "${meant}"?`}`, 'scout test-dicomweb --list shows all of them.');
  }
  return catalogue.filter((test) => (only.length === 0 || only.some((pattern) => fits(test, pattern))) && !skip.some((pattern) => fits(test, pattern)));
}
