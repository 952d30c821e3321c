/** Which given resources refer to which: the resolution of references between Bundle entries, and what leads out of the set. */
import type { GivenResource } from '../../scripts/validate/given-resource';
import { linkResources, outsideFindings, referencesOf } from '../../scripts/validate/references';

const given = (resourceType: string, id: string | undefined, rest: object = {}, fullUrl?: string): GivenResource => ({
  resource: { resourceType, ...(id !== undefined && { id }), ...rest },
  ...(fullUrl !== undefined && { fullUrl }),
});
const study = (reference: string, fullUrl?: string) => given('ImagingStudy', 's', { subject: { reference } }, fullUrl);
const linksOf = (...set: GivenResource[]) => linkResources(set).map(({ targets, outside }) => ({ targets, outside: outside.map(({ reference }) => reference) }));

test.each([
  ['relative', 'Patient/p'],
  ['versioned', 'Patient/p/_history/3'],
  ['absolute on the common base', 'https://given.invalid/fhir/Patient/p'],
])('a %s reference finds its target', (_, reference) => {
  expect(linksOf(study(reference), given('Patient', 'p'))[0]).toEqual({ targets: [1], outside: [] });
});

test.each(['Patient/q', 'Group/p', 'https://other.example/fhir/Patient/p', 'urn:uuid:3f1e0ee8-3c9b-4b69-8d52-6a1f5a5b4f10'])('%s is not in the set, which is no error', (reference) => {
  const [first] = linkResources([study(reference), given('Patient', 'p')]);
  expect(first?.targets).toEqual([]);
  expect(first && outsideFindings(first)).toEqual([
    {
      severity: 'information',
      code: 'reference-not-given',
      message: `${reference} is not in the given set, so it was not followed.`,
      location: { path: 'ImagingStudy.subject' },
      source: 'embedded-validator',
    },
  ]);
});

test.each(['#contained', 'Patient?identifier=x', 'garbage', ''])('"%s" is left to the validator', (reference) => {
  expect(linksOf(study(reference))).toEqual([{ targets: [], outside: [] }]);
});

test("entries of a server's Bundle resolve against that server, and single files join them", () => {
  const base = 'https://pacs.example/fhir';
  const set = [study('Patient/p', `${base}/ImagingStudy/s`), given('Patient', 'p')];
  expect(linkResources(set).map(({ fullUrl, targets }) => [fullUrl, targets])).toEqual([
    [`${base}/ImagingStudy/s`, [1]],
    [`${base}/Patient/p`, []],
  ]);
});

test('resources of two servers with the same id are kept apart', () => {
  const a = 'https://a.example';
  const b = 'https://b.example';
  expect(linksOf(given('Patient', 'p', {}, `${a}/Patient/p`), given('Patient', 'p', {}, `${b}/Patient/p`), study('Patient/p', `${b}/ImagingStudy/s`))[2]).toEqual({ targets: [1], outside: [] });
});

test('entries named by UUID find each other', () => {
  const urn = 'urn:uuid:3f1e0ee8-3c9b-4b69-8d52-6a1f5a5b4f10';
  expect(linksOf(study(urn), given('Patient', undefined, {}, urn))[0]).toEqual({ targets: [1], outside: [] });
});

test('every resource has an absolute URL of its own, also without an id or with one that is none', () => {
  const urls = linkResources([given('Patient', undefined), given('Patient', undefined), given('Patient', 'a b'), given('Patient', 'p')]).map(({ fullUrl }) => fullUrl);
  expect(new Set(urls).size).toBe(4);
  for (const url of urls) expect(url).toMatch(/^(urn:uuid:[0-9a-f-]{36}|https:\S+)$/);
});

test('references are found at any depth, with their paths; one that repeats is named once', () => {
  const actor = { reference: 'Practitioner/x' };
  const resource = { resourceType: 'ImagingStudy', series: [{ performer: [{ actor }, { actor }] }], contained: [{ resourceType: 'Endpoint', managingOrganization: { reference: 'Organization/o' } }] };
  expect(referencesOf(resource)).toEqual([
    { path: 'ImagingStudy.series[0].performer[0].actor', reference: 'Practitioner/x' },
    { path: 'ImagingStudy.series[0].performer[1].actor', reference: 'Practitioner/x' },
    { path: 'ImagingStudy.contained[0].managingOrganization', reference: 'Organization/o' },
  ]);
  expect(linksOf({ resource })[0]?.outside).toEqual(['Practitioner/x', 'Organization/o']);
});

test('a Bundle whose entries are given has no references of its own', () => {
  const bundle = given('Bundle', 'b', { entry: [{ resource: { resourceType: 'ImagingStudy', subject: { reference: 'Patient/q' } } }] });
  expect(linksOf({ ...bundle, entriesGiven: true })).toEqual([{ targets: [], outside: [] }]);
});
