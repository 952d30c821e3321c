/** R4B: what the page says of its differences from R4 is all of them, and the engine searches by its own definitions. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { elementModel } from '../../scripts/core/element-model';
import { FHIR_VERSIONS, fhirVersion } from '../../scripts/core/fhir-version';
import { packageRoot } from '../../scripts/core/package-root';
import { loadSearchDefinitions } from '../../scripts/search/definitions';

test('the page names every element of the tables that differs between R4 and R4B, with what is added', () => {
  const page = readFileSync(join(packageRoot(), 'input', 'pagecontent', 'versions.md'), 'utf8');
  const rows = Object.entries(elementModel('4.3').types).flatMap(([type, elements]) =>
    Object.entries(elements).flatMap(([path, element]) => {
      const before = elementModel('4.0').types[type]?.[path];
      if (JSON.stringify(before) === JSON.stringify(element)) return [];
      expect({ ...element, targets: undefined }).toEqual({ ...before, targets: undefined });
      return [`| \`${type}.${path}\` | ${before?.targets?.join(', ')} | ${element.targets?.filter((target) => before?.targets?.includes(target) !== true).join(', ')} |`];
    }),
  );
  expect(rows.length).toBeGreaterThan(0);
  const shown = page.slice(page.indexOf('### R4 and R4B'), page.indexOf('### From')).split('\n').filter((line) => line.startsWith('| `'));
  expect(shown.sort()).toEqual(rows.sort());
});

test('R4B and R5 have the search parameters of their own definitions', () => {
  const codes = (name: 'R4' | 'R4B' | 'R5') => loadSearchDefinitions(FHIR_VERSIONS[name]).of('ImagingStudy').filter(({ base }) => !base.includes('Resource')).map(({ code }) => code).filter((code) => !code.startsWith('_'));
  expect(codes('R4B')).toEqual(codes('R4'));
  expect(codes('R5')).toEqual(['based-on', 'body-site', 'body-structure', 'dicom-class', 'encounter', 'endpoint', 'identifier', 'instance', 'modality', 'patient', 'performer', 'reason', 'referrer', 'series', 'started', 'status', 'subject']);
});

test('a version is named in any of its forms, and an unknown one lists those that are known', () => {
  for (const form of ['R5', 'r5', '5.0', '5.0.0', '5.0.0-ballot']) expect(fhirVersion(form).name).toBe('R5');
  expect(fhirVersion('6.0.0-ballot3')).toMatchObject({ name: '6.0-draft', draft: true });
  expect(() => fhirVersion('3.0.2')).toThrow(expect.objectContaining({ code: 'unknown-fhir-version', hint: 'Known: R4 (4.0.1), R4B (4.3.0), R5 (5.0.0), 6.0-draft (6.0.0), 0.5 (0.5.0).' }) as Error);
});
