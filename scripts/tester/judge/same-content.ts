/** Two copies of a resource in, the first place where they differ out. */
import type { Resource } from '../../core/fhir';
import { isObject } from '../../core/json';
import { itemsOf } from '../../search/json';

/** Elements that a server may add or write anew on each answer. */
const LEFT_OUT = new Set(['text', 'implicitRules']);

/**
 * Path of the first difference between two copies of one version; undefined where there is none. The narrative and what is in `meta` beside profile, tags and labels do not count.
 * @param base base URL of the server
 */
export function firstDifference(a: Resource, b: Resource, base: string): string | undefined {
  return differ(plain(a), plain(b), a.resourceType, saidAt(base));
}

/**
 * Whether all that stands in `part` stands in `whole`, in its order, whatever else is there: elements beside others, items between others.
 * @param base base URL of the server
 */
export function holdsAll(part: Resource, whole: Resource, base: string): boolean {
  return holds(plain(part), plain(whole), saidAt(base));
}

/** What a value says: a server may write references to itself relative or absolute, as it likes in each answer. */
function saidAt(base: string): (value: unknown) => unknown {
  return (value) => (typeof value !== 'string' ? value : value.startsWith(`${base}/`) ? value.slice(base.length + 1) : instant(value));
}

function holds(part: unknown, whole: unknown, said: (value: unknown) => unknown): boolean {
  if (Array.isArray(part)) {
    if (!Array.isArray(whole)) return false;
    const rest = [...(whole as unknown[])];
    return part.every((item) => {
      const at = rest.findIndex((other) => holds(item, other, said));
      rest.splice(0, at + 1);
      return at >= 0;
    });
  }
  if (isObject(part)) return isObject(whole) && Object.keys(part).every((name) => part[name] === undefined || holds(part[name], whole[name], said));
  return said(part) === said(whole);
}

/** A time to the second or finer without what says nothing: zeros that end its fraction, and +00:00 for Z. Both are one value: https://hl7.org/fhirpath/N1/#datetime-equality */
function instant(text: string): string {
  const [, whole, fraction = '', zone = ''] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  return whole === undefined ? text : `${whole}${fraction.replace(/\.?0+$/, '')}${/^[+-]00:00$/.test(zone) ? 'Z' : zone}`;
}

function plain(resource: Resource): Record<string, unknown> {
  const rest = Object.fromEntries(Object.entries(resource).filter(([name]) => !LEFT_OUT.has(name) && name !== 'meta'));
  const { profile, tag, security } = resource.meta ?? {};
  return { ...rest, meta: { profile: sorted(profile), tag: sorted(tag), security: sorted(security) } };
}

/** Profiles, tags and labels are sets; the properties of each have no order: "An object is an unordered collection", https://www.rfc-editor.org/rfc/rfc8259#section-1 */
function sorted(list: unknown): string[] {
  const inOrder = (_: string, value: unknown) => (isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value);
  return itemsOf(list).map((item) => JSON.stringify(item, inOrder)).sort();
}

function differ(a: unknown, b: unknown, path: string, said: (value: unknown) => unknown): string | undefined {
  if (a === b || said(a) === said(b)) return undefined;
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) return path;
    return first(a.map((item, i) => () => differ(item, (b as unknown[])[i], `${path}[${i}]`, said)));
  }
  if (isObject(a) && isObject(b)) {
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    return first([...names].map((name) => () => differ(a[name], b[name], `${path}.${name}`, said)));
  }
  return path;
}

function first(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const found = check();
    if (found !== undefined) return found;
  }
  return undefined;
}
