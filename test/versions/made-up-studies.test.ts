/** The made-up studies leave out no element of their version's table. */
import { elementsOf } from '../../scripts/core/element-model';
import { MADE_UP_BALLOT, MADE_UP_R4, MADE_UP_R5 } from './made-up-studies';

/** Paths of all elements of a study, below the type. */
function pathsOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsOf(item, path));
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, path === '' ? name : `${path}.${name}`))];
}

test.each([['0.5', MADE_UP_BALLOT], ['4.0', MADE_UP_R4], ['5.0', MADE_UP_R5]] as const)('the made-up studies of %s use every element of its table', (version, studies) => {
  const used = new Set(studies.flatMap((study) => pathsOf(study)));
  expect(Object.keys(elementsOf(version, 'ImagingStudy')).filter((path) => !used.has(path))).toEqual([]);
});
