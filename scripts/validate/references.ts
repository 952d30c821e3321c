/** Given resources in; the URL of each, which of them refer to which, and the references that lead out of the set. */
import type { Finding } from '../core/finding';
import { isId, type Resource } from '../core/fhir';
import type { GivenResource } from './given-resource';

export interface ReferenceUse {
  /** FHIRPath of the Reference element. */
  readonly path: string;
  readonly reference: string;
}

export interface LinkedResource {
  readonly given: GivenResource;
  /** Its `Bundle.entry.fullUrl` when it is sent: absolute, so that relative references resolve against it. */
  readonly fullUrl: string;
  /** Indexes of the given resources that it refers to, each once. */
  readonly targets: readonly number[];
  /** References to resources that were not given; each reference once. */
  readonly outside: readonly ReferenceUse[];
}

/** Stands for the server that the resources might come from; `.invalid` never resolves (https://www.rfc-editor.org/rfc/rfc6761#section-6.4). */
const OWN_BASE = 'https://given.invalid/fhir';
const REST_REFERENCE = /^([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

/** Gives every resource its URL and resolves its references as those of Bundle entries: https://hl7.org/fhir/R4/bundle.html#references */
export function linkResources(set: readonly GivenResource[]): LinkedResource[] {
  const base = commonBase(set);
  const urls = set.map((given, index) => fullUrlOf(given, index, base));
  const first = new Map<string, number>();
  urls.forEach((url, index) => first.has(url) || first.set(url, index));
  return set.map((given, index) => {
    const fullUrl = urls[index] ?? '';
    const targets = new Set<number>();
    const outside = new Map<string, ReferenceUse>();
    for (const use of given.entriesGiven === true ? [] : referencesOf(given.resource)) {
      const url = targetUrl(use.reference, fullUrl);
      if (url === undefined) continue;
      const target = first.get(url);
      if (target !== undefined) targets.add(target);
      else if (!outside.has(use.reference)) outside.set(use.reference, use);
    }
    return { given, fullUrl, targets: [...targets], outside: [...outside.values()] };
  });
}

/** References that lead out of the set are no fault of the resource; they are named, because their targets went unchecked. */
export function outsideFindings({ outside }: LinkedResource): Finding[] {
  return outside.map(({ path, reference }) => ({
    severity: 'information',
    code: 'reference-not-given',
    message: `${reference} is not in the given set, so it was not followed.`,
    location: { path },
    source: 'embedded-validator',
  }));
}

/** Every Reference in a resource and what it contains; contained targets (`#id`) are left to the validator. */
export function referencesOf(resource: Resource): ReferenceUse[] {
  const uses: ReferenceUse[] = [];
  const walk = (value: unknown, path: string): void => {
    if (Array.isArray(value)) {
      value.forEach((item, i) => walk(item, `${path}[${i}]`));
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        if (name === 'reference' && typeof inner === 'string') uses.push({ path, reference: inner });
        else walk(inner, `${path}.${name}`);
      }
    }
  };
  walk(resource, resource.resourceType);
  return uses;
}

/** The base of the server that the Bundles come from, where it is one; else a base of ours. */
function commonBase(set: readonly GivenResource[]): string {
  const bases = new Set(
    set.flatMap(({ fullUrl, resource }) => {
      const end = `/${resource.resourceType}/${resource.id}`;
      return fullUrl !== undefined && /^https?:/.test(fullUrl) && fullUrl.endsWith(end) ? [fullUrl.slice(0, -end.length)] : [];
    }),
  );
  const [only] = bases;
  return only !== undefined && bases.size === 1 ? only : OWN_BASE;
}

function fullUrlOf({ fullUrl, resource }: GivenResource, index: number, base: string): string {
  if (fullUrl !== undefined && /^[a-z][a-z0-9+.-]*:\S+$/i.test(fullUrl)) return fullUrl;
  const { resourceType, id } = resource;
  if (typeof id === 'string' && isId(id)) return `${base}/${resourceType}/${id}`;
  return `urn:uuid:00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;
}

/** The URL a reference leads to from a resource at `from`, without version; undefined for contained, conditional and malformed ones. */
function targetUrl(reference: string, from: string): string | undefined {
  if (/^urn:/i.test(reference)) return reference;
  if (/^[a-z][a-z0-9+.-]*:/i.test(reference)) return reference.replace(/\/_history\/[^/]*$/, '').replace(/#.*$/, '');
  const relative = REST_REFERENCE.exec(reference)?.[1];
  if (relative === undefined) return undefined;
  const base = /^(https?:.*)\/[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/.exec(from)?.[1] ?? OWN_BASE;
  return `${base}/${relative}`;
}
