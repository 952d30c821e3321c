import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npmRegistryUrl } from '../../scripts/packages/npm-setting';
import { fhirRegistryUrls, listRegistries, parseSources, shownUrl, sourceOrder } from '../../scripts/packages/registries';

test('the default order is cache, named, FHIR, npm, assembly', async () => {
  const order = sourceOrder(undefined, undefined);
  expect(order).toEqual(['cache', 'registry', 'fhir-registry', 'npm-registry', 'assembly']);
  const { registries } = await listRegistries(order, [], { npm_config_registry: 'https://npm.example.org/' });
  expect(registries.map(({ source, protocol }) => `${source} ${protocol}`)).toEqual(['fhir-registry fhir', 'fhir-registry fhir', 'npm-registry npm']);
  expect(registries[2]?.url).toBe('https://npm.example.org');
});

test('FPL_REGISTRY stands in for FHIR\'s own registries, as in SUSHI', async () => {
  const { registries } = await listRegistries(sourceOrder(undefined, undefined), [], { FPL_REGISTRY: 'https://fpl.example.org', npm_config_registry: 'https://npm.example.org' });
  expect(registries.map(({ source, url }) => `${source} ${url}`)).toEqual(['registry https://fpl.example.org', 'npm-registry https://npm.example.org']);
});

test('a named registry stands in for FHIR\'s and npm\'s', async () => {
  const order = sourceOrder(undefined, ['https://a.example.org/', 'https://a.example.org', 'https://b.example.org']);
  expect(order).toEqual(['cache', 'registry', 'assembly']);
  const { registries } = await listRegistries(order, ['https://a.example.org/', 'https://a.example.org', 'https://b.example.org'], {});
  expect(registries.map(({ url }) => url)).toEqual(['https://a.example.org', 'https://b.example.org']);
});

test('a named registry that is one of FHIR\'s own is treated as such', async () => {
  const [own] = await fhirRegistryUrls();
  const { registries } = await listRegistries(['registry'], [own ?? ''], {});
  expect(registries).toEqual([{ source: 'fhir-registry', url: own, protocol: 'fhir' }]);
});

test('the order may be chosen', () => {
  expect(parseSources(' npm-registry, assembly ')).toEqual(['npm-registry', 'assembly']);
  expect(sourceOrder(['cache', 'assembly'], ['https://a.example.org'])).toEqual(['cache', 'registry', 'assembly']);
  expect(sourceOrder(['assembly'], ['https://a.example.org'])).toEqual(['registry', 'assembly']);
  expect(() => parseSources('')).toThrow(expect.objectContaining({ code: 'unknown-source' }) as Error);
});

test('addresses are shown without credentials', () => {
  expect(shownUrl('https://me:pass@example.org/npm')).toBe('https://example.org/npm');
});

describe('the npm setting', () => {
  test('comes from the environment, whatever the case of the variable', async () => {
    expect(await npmRegistryUrl({ NPM_CONFIG_REGISTRY: 'https://npm.example.org/path/' })).toBe('https://npm.example.org/path');
  });

  test('comes from the user\'s .npmrc by asking npm', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'npmrc-'));
    writeFileSync(join(folder, '.npmrc'), 'registry=https://mirror.example.org/npm/\n');
    const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !['npm_config_registry', 'npm_execpath'].includes(key.toLowerCase())));
    try {
      expect(await npmRegistryUrl({ ...env, NPM_CONFIG_USERCONFIG: join(folder, '.npmrc') })).toBe('https://mirror.example.org/npm');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('npm missing is told, and only that source is left out', async () => {
    const { registries, unknown } = await listRegistries(['fhir-registry', 'npm-registry'], [], { PATH: '/nonexistent' });
    expect(registries.map(({ source }) => source)).toEqual(['fhir-registry', 'fhir-registry']);
    expect(unknown).toEqual([expect.stringContaining('npm did not say which registry to use')]);
  });
});
