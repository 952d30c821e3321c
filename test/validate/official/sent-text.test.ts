/** What is sent for a resource: its own text, claiming what is to be checked; for a Bundle, its own part only. */
import * as fc from 'fast-check';
import type { Resource } from '../../../scripts/core/fhir';
import { bundleHusk } from '../../../scripts/validate/official/bundle-husk';
import { withProfiles } from '../../../scripts/validate/official/claim-profile';

const URLS = ['https://p.example/one', 'https://p.example/"two"'];

test('profiles are claimed beside those claimed already, and nothing else changes', () => {
  const profile = fc.option(fc.array(fc.constantFrom<string>('https://p.example/one', 'https://p.example/own')), { nil: undefined });
  const meta = fc.option(fc.record({ versionId: fc.option(fc.constant('1'), { nil: undefined }), profile }), { nil: undefined });
  fc.assert(
    fc.property(fc.record({ resourceType: fc.constant('Patient'), meta, name: fc.jsonValue() }), fc.subarray(URLS), (resource, urls) => {
      const text = JSON.stringify(resource, null, 1);
      const sent = JSON.parse(withProfiles(text, urls)) as Resource;
      const own = resource.meta?.profile ?? [];
      const expected = [...urls.filter((url) => !own.includes(url)), ...own];
      const before = JSON.parse(text) as Resource;
      expect(sent).toEqual(urls.every((url) => own.includes(url)) ? before : { ...before, meta: { ...before.meta, profile: expected } });
    }),
  );
});

test('a number keeps its digits', () => {
  expect(withProfiles('{"v":1.10}', ['p'])).toBe('{"meta":{"profile":["p"]},"v":1.10}');
});

test.each(['{"meta":"x"}', '{"meta":{"profile":"x"}}', '[]'])('%s is left for the validator to complain about', (text) => {
  expect(withProfiles(text, ['p'])).toBe(text);
});

const bundle = (type: string) => ({
  resourceType: 'Bundle',
  type,
  total: 1,
  entry: [{ fullUrl: 'https://a.example/Patient/1', resource: { resourceType: 'Patient', id: '1', meta: { versionId: '2', tag: [] }, name: [{ family: 'A' }] }, search: { mode: 'match' } }, { request: { method: 'DELETE' } }, 'wrong'],
});

test('a Bundle is sent with resources that only say who they are', () => {
  expect(JSON.parse(bundleHusk({ resource: bundle('searchset') }))).toEqual({
    ...bundle('searchset'),
    entry: [{ fullUrl: 'https://a.example/Patient/1', resource: { resourceType: 'Patient', id: '1', meta: { versionId: '2' } }, search: { mode: 'match' } }, { request: { method: 'DELETE' } }, 'wrong'],
  });
});

test.each(['document', 'message'])('a %s is sent whole: its rules look into the resources', (type) => {
  expect(JSON.parse(bundleHusk({ resource: bundle(type) }))).toEqual(bundle(type));
});
