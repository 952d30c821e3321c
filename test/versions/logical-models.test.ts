/** The logical models in FSH say what the element tables say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { elementsOf, type ModelVersion } from '../../scripts/core/element-model';
import { packageRoot } from '../../scripts/core/package-root';

test.each<[string, ModelVersion, boolean]>([
  ['input/fsh/logicalmodels/ballot-imaging-study.fsh', '0.5', false],
  ['ig-r5/input/fsh/logicalmodels/draft-imaging-study.fsh', '6.0', true],
])('%s has the elements of %s, each as often and of the same type', (file, version, limited) => {
  const lines = readFileSync(join(packageRoot(), file), 'utf8').split('\n');
  const stated = lines.flatMap((line) => /^\* (\S+) (\d\.\.\S) (.+?) "[^"]+"$/.exec(line)?.slice(1).join(' ') ?? []);
  const wanted = Object.entries(elementsOf(version, 'ImagingStudy')).map(([path, { min, max, types, targets }]) => {
    const type = types[0] === 'Reference' && limited ? `Reference(${(targets ?? []).join(' or ')})` : types[0];
    return `${path} ${min}..${max} ${type}`;
  });
  expect(stated).toEqual(wanted);
});
