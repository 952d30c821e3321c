/** Options and environment in, the registries to ask in order out. */
import { KnownError } from '../core/known-error';
import { npmRegistryUrl } from './npm-setting';

/** Where a package may come from, in the order in which they are asked unless the user says otherwise. */
export const PACKAGE_SOURCES = {
  cache: 'the FHIR package cache',
  registry: 'a registry named by --registry or FPL_REGISTRY',
  'fhir-registry': "FHIR's own package registries",
  'npm-registry': 'the npm registry of the user\'s npm settings',
  assembly: 'put together from other packages',
} as const;

export type PackageSource = keyof typeof PACKAGE_SOURCES;
export type RegistrySource = Exclude<PackageSource, 'cache' | 'assembly'>;

export interface Registry {
  readonly source: RegistrySource;
  /** Without a trailing slash. */
  readonly url: string;
  /** How a tarball is addressed: FHIR's registries by `/name/version`, npm's by what the manifest says. */
  readonly protocol: 'fhir' | 'npm';
}

/** Checks the names of `--source a,b,c`. @throws KnownError `unknown-source` */
export function parseSources(text: string): PackageSource[] {
  const names = text.split(',').map((name) => name.trim()).filter((name) => name !== '');
  const bad = names.find((name) => !Object.hasOwn(PACKAGE_SOURCES, name));
  if (bad !== undefined || names.length === 0) {
    throw new KnownError('unknown-source', `"${bad ?? text}" is not a source of packages.`, `Allowed, separated by commas: ${Object.keys(PACKAGE_SOURCES).join(', ')}.`);
  }
  return names as PackageSource[];
}

/** The order of sources: as asked for, else the default, in which a named registry stands in for FHIR's and npm's. */
export function sourceOrder(sources: readonly PackageSource[] | undefined, registries: readonly string[] | undefined): PackageSource[] {
  const named = registries !== undefined && registries.length > 0;
  if (sources === undefined) return named ? ['cache', 'registry', 'assembly'] : (Object.keys(PACKAGE_SOURCES) as PackageSource[]);
  if (!named || sources.includes('registry')) return [...sources];
  return sources[0] === 'cache' ? ['cache', 'registry', ...sources.slice(1)] : ['registry', ...sources];
}

/**
 * The registries behind the sources, in order.
 * FHIR's addresses come from fhir-package-loader, which SUSHI uses too; `FPL_REGISTRY` replaces them there and so here.
 * A source that cannot be found out (npm missing) is left out and returned in `unknown` with the reason.
 */
export async function listRegistries(
  order: readonly PackageSource[],
  named: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
  signal?: AbortSignal,
): Promise<{ registries: Registry[]; unknown: string[] }> {
  const fhirAddresses = await fhirRegistryUrls();
  const registries: Registry[] = [];
  const unknown: string[] = [];
  for (const source of order) {
    if (source === 'registry') {
      const urls = named.length > 0 ? named : env.FPL_REGISTRY ? [env.FPL_REGISTRY] : [];
      registries.push(...urls.map((url) => namedRegistry(url, fhirAddresses)));
    } else if (source === 'fhir-registry' && !env.FPL_REGISTRY) {
      registries.push(...fhirAddresses.map((url): Registry => ({ source, url, protocol: 'fhir' })));
    } else if (source === 'npm-registry') {
      try {
        registries.push({ source, url: await npmRegistryUrl(env, signal), protocol: 'npm' });
      } catch (error) {
        if (!(error instanceof KnownError)) throw error;
        unknown.push(error.message);
      }
    }
  }
  const seen = new Set<string>();
  return { registries: registries.filter(({ url }) => !seen.has(url) && seen.add(url)), unknown };
}

/** The public registries that fhir-package-loader knows when no environment variable replaces them. */
export async function fhirRegistryUrls(): Promise<string[]> {
  // Loaded when needed: it brings a database along, which a cache that is complete does not need.
  const { DefaultRegistryClient } = await import('fhir-package-loader');
  const replaced = process.env.FPL_REGISTRY;
  delete process.env.FPL_REGISTRY; // the client reads the variable when it is made and offers no other way to see its own defaults
  try {
    return new DefaultRegistryClient({}).clients.flatMap((client) => ('endpoint' in client && typeof client.endpoint === 'string' ? [client.endpoint] : []));
  } finally {
    if (replaced !== undefined) process.env.FPL_REGISTRY = replaced;
  }
}

function namedRegistry(text: string, fhirAddresses: readonly string[]): Registry {
  const url = text.trim().replace(/\/+$/, '');
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new KnownError('bad-registry', `"${text}" is not the address of a registry.`, 'Give it as https://HOST/PATH.');
  }
  return fhirAddresses.includes(url) ? { source: 'fhir-registry', url, protocol: 'fhir' } : { source: 'registry', url, protocol: 'npm' };
}

/** A registry's address without user name and password. */
export function shownUrl(url: string): string {
  if (!URL.canParse(url)) return url;
  const shown = new URL(url);
  if (shown.username === '' && shown.password === '') return url;
  shown.username = '';
  shown.password = '';
  return shown.href.replace(/\/$/, '');
}
