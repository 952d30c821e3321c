/** Versions are resolved among cached packages alone. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cachedRegistry } from '../../scripts/build/cached-registry';

let cache: string;

beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), 'scout-cache-'));
  for (const name of ['a.b#4.0.9', 'a.b#4.0.10', 'a.b#4.1.0-ballot', 'a.b#dev', 'a.b.c#9.0.0', 'only.ballot#5.3.0-ballot-tc1', 'only.ballot#5.2.0-ballot']) mkdirSync(join(cache, name));
});
afterAll(() => rmSync(cache, { recursive: true, force: true }));

test.each([
  ['a.b', '1.2.3', '1.2.3', 'an exact version is itself, cached or not'],
  ['a.b', 'current', 'current', 'as is a build in progress'],
  ['a.b', 'latest', '4.0.10', 'releases are compared by number and go before ballots'],
  ['a.b', '4.0.x', '4.0.10', 'the newest patch'],
  ['only.ballot', 'latest', '5.3.0-ballot-tc1', 'without a release the newest of what there is'],
])('%s#%s is %s: %s', async (name, version, expected) => {
  expect(await cachedRegistry(cache).resolveVersion(name, version)).toBe(expected);
});

test.each([['a.b', '5.0.x'], ['nowhere', 'latest']])('%s#%s is refused, naming the cache', async (name, version) => {
  await expect(cachedRegistry(cache).resolveVersion(name, version)).rejects.toThrow(cache);
});

test('a cache that does not exist has nothing', async () => {
  await expect(cachedRegistry(join(cache, 'gone')).resolveVersion('a.b', 'latest')).rejects.toThrow('gone');
});

test('nothing is downloaded', async () => {
  await expect(cachedRegistry(cache).download('a.b', '1.0.0')).rejects.toThrow('a.b#1.0.0 is not in the FHIR package cache');
});
