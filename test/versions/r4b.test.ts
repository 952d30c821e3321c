/** R4B: what the page says of its differences from R4 is all of them, and the engine searches by its own definitions. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { elementModel } from '../../scripts/core/element-model';
import { FHIR_VERSIONS, fhirVersion } from '../../scripts/core/fhir-version';
import { packageRoot } from '../../scripts/core/package-root';
import { loadSearchDefinitions } from '../../scripts/search/definitions';
import type { SearchParameterDefinition } from '../../scripts/search/types';

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

test('the page names every search parameter of these types that differs between R4 and R4B', () => {
  const types = Object.keys(elementModel('4.3').types);
  const [r4, r4b] = [FHIR_VERSIONS.R4, FHIR_VERSIONS.R4B].map((version) => {
    const definitions = loadSearchDefinitions(version);
    return new Map(types.flatMap((type) => definitions.of(type).map((parameter) => [`${type}.${parameter.code}`, parameter] as const)));
  }) as [Map<string, SearchParameterDefinition>, Map<string, SearchParameterDefinition>];
  const added = new Set([...r4b.keys()].filter((key) => !r4.has(key)).map((key) => key.split('.')[1]));
  expect([...added].sort()).toEqual(['_has', '_list', '_type']);
  expect([...r4.keys()].filter((key) => !r4b.has(key))).toEqual([]);
  const differing = [...r4].flatMap(([key, before]) => {
    const after = r4b.get(key);
    if (after === undefined) return [];
    expect([key, after.type]).toEqual([key, before.type]);
    const paths = ({ expression = '' }: SearchParameterDefinition) => expression.split('|').map((path) => path.trim()).sort();
    expect([key, paths(after)]).toEqual([key, paths(before)]);
    const less = before.target.filter((target) => !after.target.includes(target));
    const more = after.target.filter((target) => !before.target.includes(target));
    return less.length + more.length === 0 ? [] : [[before.code, less.join(), more.length > 0] as const];
  });
  const kinds = new Set(differing.map((row) => row.join(' ')));
  for (const kind of kinds) expect(['patient Group false', 'encounter EpisodeOfCare false', 'subject  true', 'member  true']).toContain(kind);
  const page = readFileSync(join(packageRoot(), 'input', 'pagecontent', 'versions.md'), 'utf8');
  for (const name of ['_has', '_list', '_type', 'patient', 'encounter', 'subject', 'member']) expect(page.slice(page.indexOf('### R4 and R4B'), page.indexOf('### From'))).toContain(`\`${name}\``);
});

test('a version is named in any of its forms, and an unknown one lists those that are known', () => {
  for (const form of ['R5', 'r5', ' R5 ', '5.0', '5.0.0', '5.0.0-ballot']) expect(fhirVersion(form).name).toBe('R5');
  expect(fhirVersion('6.0.0-ballot3')).toMatchObject({ name: '6.0-draft', draft: true });
  expect(() => fhirVersion('3.0.2')).toThrow(expect.objectContaining({ code: 'unknown-fhir-version', hint: 'Known: R4 (4.0.1), R4B (4.3.0), R5 (5.0.0), 6.0-draft (6.0.0), 0.5 (0.5.0).' }) as Error);
});
