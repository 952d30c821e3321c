/** A resource of a transaction and the new places of its neighbours in, the resource with its links pointing there out. */
import { withWrittenNumbers } from '../core/exact-json';
import type { Resource } from '../core/fhir';

/** Says what a link becomes; undefined leaves it. `kind` is `reference` for Reference.reference and `uri` for all else. */
export type Relink = (link: string, kind: 'reference' | 'uri') => string | undefined;

/**
 * Replaces links in references, in elements of a uri type and in the narrative's href and src; canonicals stay:
 * https://hl7.org/fhir/R4/http.html#trules
 */
export function rewriteLinks(resource: Resource, uriElements: ReadonlySet<string>, relink: Relink): Resource {
  const visit = (value: unknown, name: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => visit(item, name));
    if (typeof value === 'string') {
      if (name === 'reference') return relink(value, 'reference') ?? value;
      if (name === 'div') return value.replace(/\b(href|src)="([^"]*)"/g, (whole, attribute: string, link: string) => (relink(link, 'uri') === undefined ? whole : `${attribute}="${relink(link, 'uri')}"`));
      return uriElements.has(name) ? (relink(value, 'uri') ?? value) : value;
    }
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, visit(child, key)]));
  };
  return withWrittenNumbers(visit(resource, '') as Resource, resource);
}

/**
 * The rule for one entry: a link that names another entry's fullUrl becomes that entry's place on this server.
 * @param places fullUrl -> `Type/id`
 * @param fullUrl of the entry the link stands in; relative references are read against it: https://hl7.org/fhir/R4/bundle.html#references
 */
export function relinkTo(places: ReadonlyMap<string, string>, fullUrl: string | undefined): Relink {
  const root = /^(https?:\/\/.+)\/[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/.exec(fullUrl ?? '')?.[1];
  return (link, kind) => {
    const [, target = '', rest = ''] = /^([^#]*?)((?:\/_history\/[^#]*)?(?:#.*)?)$/.exec(link) ?? [];
    // "the expectation is that the referenced version already exists": a version-specific link is left alone
    if (target === '' || rest.startsWith('/_history')) return undefined;
    const place = places.get(target) ?? (kind === 'reference' && root !== undefined && /^[A-Z][A-Za-z]+\/[^/?]+$/.test(target) ? places.get(`${root}/${target}`) : undefined);
    return place === undefined ? undefined : place + rest;
  };
}
