/** Our database answers every question as fhir-package-loader's SQL database does. */
import fc from 'fast-check';
import { byLoadOrder, byType, createSQLJSPackageDB, type PackageDB, type ResourceInfo } from 'fhir-package-loader';
import { createMemoryPackageDb } from '../../scripts/build/memory-package-db';

const word = fc.constantFrom('a', 'b', 'c', 'http://x/a', 'http://x/b');
const version = fc.constantFrom('1.0.0', '2.0.0', '1|odd');
const TYPES = ['StructureDefinition', 'ValueSet', 'CodeSystem', 'Patient'];
const FLAVOURS = ['Extension', 'Logical', 'Profile', 'Resource', 'Type'];

const resource: fc.Arbitrary<ResourceInfo> = fc
  .record({ resourceType: fc.constantFrom(...TYPES), id: word, url: word, name: word, version, sdFlavor: fc.constantFrom(...FLAVOURS), packageName: fc.constantFrom('p', 'q'), packageVersion: version }, { requiredKeys: ['resourceType', 'packageName', 'packageVersion'] })
  // Only StructureDefinitions have a flavour: https://github.com/FHIR/fhir-package-loader
  .map(({ sdFlavor, ...info }) => (info.resourceType === 'StructureDefinition' && sdFlavor !== undefined ? { ...info, sdFlavor } : info));

const question = fc.record({
  key: fc.oneof(fc.constantFrom('*', '', 'nowhere'), word, fc.tuple(word, version).map((parts) => parts.join('|'))),
  options: fc.record(
    {
      type: fc.uniqueArray(fc.constantFrom(...TYPES, ...FLAVOURS), { maxLength: 3 }),
      scope: fc.oneof(fc.constantFrom('p', 'q', 'r'), fc.tuple(fc.constantFrom('p', 'q'), version).map((parts) => parts.join('|'))),
      // Always down to the load order, as SUSHI asks: SQL leaves the order of ties open.
      sort: fc
        .tuple(fc.option(fc.uniqueArray(fc.constantFrom(...FLAVOURS, 'ValueSet', 'CodeSystem'), { minLength: 1 })), fc.boolean())
        .map(([types, ascending]) => [...(types === null ? [] : [byType(...types)]), byLoadOrder(ascending)]),
      limit: fc.integer({ min: 1, max: 3 }),
    },
    { requiredKeys: [] },
  ),
});

/** SQL says null where we say nothing. */
const rows = (infos: readonly ResourceInfo[]) => infos.map((info) => Object.fromEntries(Object.entries(info).filter(([key, value]) => value !== null && key !== 'rowid')));

test('finds what the SQL database finds, in the same order', async () => {
  const sql = await createSQLJSPackageDB();
  let found = 0;
  fc.assert(
    fc.property(fc.array(resource, { minLength: 1, maxLength: 12 }), fc.array(question, { minLength: 1, maxLength: 8 }), (resources, questions) => {
      sql.clear();
      const memory = createMemoryPackageDb();
      const databases: PackageDB[] = [sql, memory];
      resources.forEach((info, at) => databases.forEach((database) => database.saveResourceInfo({ ...info, resourcePath: `${at}.json` })));
      for (const { key, options } of questions) {
        const expected = rows(sql.findResourceInfos(key, options));
        expect(rows(memory.findResourceInfos(key, options))).toEqual(expected);
        expect(memory.findResourceInfo(key, options)?.resourcePath).toBe(sql.findResourceInfo(key, options)?.resourcePath);
        found += expected.length;
      }
    }),
    { numRuns: 150 },
  );
  expect(found).toBeGreaterThan(100);
});

describe('packages', () => {
  const database = createMemoryPackageDb();
  beforeAll(() => {
    for (const [name, at] of [['p', '1.0.0'], ['q', '1.0.0'], ['p', '2.0.0']] as const) {
      database.savePackageInfo({ name, version: at });
      database.saveResourceInfo({ resourceType: 'Patient', id: `${name}-${at}`, packageName: name, packageVersion: at, resourcePath: 'x.json' });
    }
  });

  test('are found by name and version, and counted', () => {
    expect(database.findPackageInfos('p').map((info) => info.version)).toEqual(['1.0.0', '2.0.0']);
    expect(database.findPackageInfos('*')).toHaveLength(3);
    expect(database.findPackageInfo('q', '2.0.0')).toBeUndefined();
    expect(database.getPackageStats('p', '2.0.0')).toEqual({ name: 'p', version: '2.0.0', resourceCount: 1 });
    expect(database.getPackageStats('r', '1.0.0')).toBeUndefined();
  });

  test('can be forgotten with all their resources, and no others', () => {
    database.forget('p');
    expect(database.findPackageInfos('*').map(({ name }) => name)).toEqual(['q']);
    expect(database.findResourceInfos('*').map(({ id }) => id)).toEqual(['q-1.0.0']);
    expect(database.findResourceInfo('p-1.0.0')).toBeUndefined();
  });
});
