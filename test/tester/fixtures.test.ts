import { localReference, type Resource } from '../../scripts/core/fhir';
import { referencesIn } from '../../scripts/tester/gather/references';
import { inOrder, isolate } from '../../scripts/tester/write/fixtures';
import { exampleResources } from './embedded';

describe('fixtures', () => {
  const fixtures = () => {
    let count = 0;
    return isolate(exampleResources(), (hint) => `new-${(count += 1)}-${hint}`.slice(0, 64));
  };

  test('have ids of their own and refer to each other as before', () => {
    const originals = exampleResources();
    const isolated = fixtures();
    const references = new Set(isolated.map(localReference));
    expect(references.size).toBe(originals.length);
    const local = (resources: readonly Resource[], own: ReadonlySet<string | undefined>) => resources.flatMap((resource) => referencesIn(resource)).filter(({ reference }) => own.has(reference)).length;
    expect(local(isolated, references)).toBe(local(originals, new Set(originals.map(localReference))));
    expect(isolated.every(({ meta }) => meta?.versionId === undefined && meta?.lastUpdated === undefined)).toBe(true);
  });

  test('share an id where resources of two types did, and nowhere else', () => {
    const isolated = isolate([{ resourceType: 'Patient', id: 'x' }, { resourceType: 'Group', id: 'x', member: [{ entity: { reference: 'Patient/x' } }] }, { resourceType: 'Patient' }, { resourceType: 'Patient' }], (() => { let count = 0; return () => `new-${(count += 1)}`; })());
    expect(isolated.map(localReference)).toEqual(['Patient/new-1', 'Group/new-1', 'Patient/new-2', 'Patient/new-3']);
    expect(isolated[1]).toMatchObject({ member: [{ entity: { reference: 'Patient/new-1' } }] });
  });

  test('refer to nothing that stays away, and keep what else the references say', () => {
    const resources = [
      { resourceType: 'ImagingStudy', id: 's', subject: { reference: 'Patient/p', display: 'Joe' }, encounter: { reference: 'Encounter/e' }, basedOn: [{ reference: 'ServiceRequest/elsewhere' }] },
      { resourceType: 'Patient', id: 'p' },
    ];
    const study = isolate(resources, (hint) => `new-${hint}`, new Set(['Encounter/e'])).find(({ resourceType }) => resourceType === 'ImagingStudy');
    expect(study).toMatchObject({ subject: { reference: 'Patient/new-p', display: 'Joe' }, encounter: { display: 'not on this server' }, basedOn: [{ reference: 'ServiceRequest/elsewhere' }] });
    expect(study?.['encounter']).not.toHaveProperty('reference');
  });

  test('come after what they refer to, circles apart', () => {
    const at = new Map(fixtures().map((resource, i) => [localReference(resource), i]));
    const circle = [
      { resourceType: 'Organization', id: 'a', endpoint: [{ reference: 'Endpoint/b' }] },
      { resourceType: 'Endpoint', id: 'b', managingOrganization: { reference: 'Organization/a' } },
    ];
    expect(inOrder(circle).map(({ id }) => id)).toEqual(['b', 'a']);
    const studies = fixtures().filter(({ resourceType }) => resourceType === 'ImagingStudy');
    for (const study of studies) for (const { reference } of referencesIn(study)) if (at.has(reference)) expect(at.get(reference)).toBeLessThan(at.get(localReference(study)) as number);
  });
});
