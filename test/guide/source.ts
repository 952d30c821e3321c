/** The FSH source: one artifact in each file, under its own name. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { RULES } from '../../scripts/invariants/rules';
import { fshFiles, type BuiltGuide } from './built-guide';

const ARTIFACT = /^(?:Profile|Extension|Invariant|Instance|ValueSet|CodeSystem|Logical|Resource|Mapping):\s*(\S+)/gm;

/** Files that name things for the others and define no artifact. */
const SHARED = /^(aliases\.fsh|rulesets\/)/;

export function testSource(guide: () => BuiltGuide): void {
  test.each(fshFiles().filter(({ path }) => !SHARED.test(path)).map(({ path, text }) => [path, text]))('%s defines one artifact, after which it is named', (path, text) => {
    const names = [...text.matchAll(ARTIFACT)].map(([, name]) => name);
    const id = /^Id:\s*(\S+)/m.exec(text)?.[1] ?? names[0];
    expect(names).toHaveLength(1);
    expect(path.split('/').at(-1)).toBe(`${id}.fsh`);
  });

  test('shared files define no artifact', () => {
    const shared = fshFiles().filter(({ path }) => SHARED.test(path));
    expect(shared.filter(({ text }) => [...text.matchAll(ARTIFACT)].length > 0)).toEqual([]);
    expect(shared.length).toBeGreaterThan(0);
  });

  test('every rule of the program has its invariant file, and no other is there', () => {
    const files = fshFiles().flatMap(({ path }) => (path.startsWith('invariants/') ? [path.slice('invariants/'.length, -'.fsh'.length)] : []));
    expect(files.sort()).toEqual(RULES.map(({ id }) => id).sort());
  });

  test('every artifact says what the guide as a whole says: version, date, publisher, and that it is meant for use', () => {
    const resources = readdirSync(join(guide().result.generated, 'resources')).map((name) => guide().resource(name.replace('.json', '')));
    const said = resources.map(({ version, date, publisher, experimental, status }) => ({ version, date, publisher, experimental, status }));
    expect(new Set(said.map((row) => JSON.stringify(row)))).toEqual(
      new Set([JSON.stringify({ version: '0.1.0', date: '2026-11-22', publisher: 'fhir-scout', experimental: false, status: 'active' })]),
    );
    expect(resources.length).toBeGreaterThan(8);
  });
}
