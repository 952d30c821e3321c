import type { Resource } from '../../scripts/core/fhir';
import { createClient, BASE } from './client';

const patient = (id?: string, more: object = {}): Resource => ({ resourceType: 'Patient', ...(id === undefined ? {} : { id }), ...more });

describe('history', () => {
  test('lists versions, newest first, with how they came about', () => {
    const client = createClient();
    client.send('PUT', 'Patient/p3', patient('p3'));
    client.send('DELETE', 'Patient/p3');
    const history = client.bundle('Patient/p3/_history');
    expect(history).toMatchObject({ type: 'history', total: 3, link: [{ relation: 'self', url: `${BASE}/Patient/p3/_history` }] });
    expect(history.entry?.map(({ request, response, resource }) => [request?.method, request?.url, response?.status, response?.etag, resource?.meta?.versionId])).toEqual([
      ['DELETE', 'Patient/p3', '204 No Content', 'W/"3"', undefined],
      ['PUT', 'Patient/p3', '200 OK', 'W/"2"', '2'],
      ['POST', 'Patient', '201 Created', 'W/"1"', '1'],
    ]);
    expect(new Set(history.entry?.map(({ fullUrl }) => fullUrl))).toEqual(new Set([`${BASE}/Patient/p3`]));
    expect(client.bundle('Patient/_history').total).toBe(5);
    expect(client.bundle('_history').total).toBe(16);
    expect(client.send('GET', 'Patient/none/_history').status).toBe(404);
  });

  test('the newest come first, also of data that was loaded with times of its own, in any order', () => {
    const of = (id: string, year: number) => patient(id, { meta: { lastUpdated: `${year}-05-01T00:00:00Z` } });
    const client = createClient({ resources: [of('b', 2014), of('d', 2019), of('a', 2012), of('c', 2016)] });
    client.send('PUT', 'Patient/new', patient('new'));
    for (const url of ['_history', 'Patient/_history']) expect(client.bundle(url).entry?.map(({ resource }) => resource?.id)).toEqual(['new', 'd', 'c', 'b', 'a']);
  });

  test.each([
    ['_since takes versions made then or later', '_since=2026-01-01T00:00:16Z', ['2']],
    ['_since later', '_since=2026-01-01T00:00:17Z', []],
    ['_at the instant between', '_at=2026-01-01T00:00:10Z', ['1']],
    ['_at the day of both', '_at=2026-01-01', ['2', '1']],
    ['_at before', '_at=2025', []],
    ['_count=0 only counts', '_count=0', []],
    ['empty parameters are passed over', '_since=', ['2', '1']],
    ['unknown parameters are passed over', 'nonsense=1', ['2', '1']],
  ])('%s', (_name, query, versions) => {
    const client = createClient();
    client.send('PUT', 'Patient/p3', patient('p3'));
    const history = client.bundle(`Patient/p3/_history?${query}`);
    expect((history.entry ?? []).map(({ resource }) => resource?.meta?.versionId)).toEqual(versions);
  });

  test.each(['_since=yesterday', '_since=2026-01-01', '_count=-1', '_at=soon', '_since=2026-01-01T00:00:00Z&_since=2026-01-01T00:00:00Z'])('%s is refused', (query) => {
    expect(createClient().send('GET', `_history?${query}`).status).toBe(400);
  });

  test('pages hold the whole history once, also while it grows', () => {
    const client = createClient();
    const seen: string[] = [];
    for (let next: string | undefined = '_history?_count=4'; next !== undefined; ) {
      const page = client.bundle(next);
      expect(page.entry?.length).toBeLessThanOrEqual(4);
      seen.push(...(page.entry ?? []).map(({ resource }) => `${resource?.resourceType}/${resource?.id}`));
      next = page.link?.find(({ relation }) => relation === 'next')?.url;
      client.send('POST', 'Patient', patient());
    }
    expect(seen.length).toBe(14);
    expect(new Set(seen).size).toBe(14);
  });

  test('handling=strict refuses what it does not know', () => {
    expect(createClient().send('GET', '_history?nonsense=1', undefined, { prefer: 'handling=strict' }).status).toBe(400);
  });
});
