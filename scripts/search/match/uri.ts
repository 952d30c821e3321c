/** Uri parameters: https://hl7.org/fhir/R4/search.html#uri */
import type { Outcome } from '../outcome';
import type { ParameterType } from './context';

export interface UriValue {
  uri: string;
  /** `_profile` and other canonical elements: a uri in the definitions, a reference in the prose. */
  canonical: boolean;
}

export const URI: ParameterType<UriValue> = {
  read: ({ value, type }) => (typeof value === 'string' ? [{ uri: value, canonical: type === 'canonical' }] : []),
  present: () => 'yes',
  match(search, value, modifier, context) {
    if (modifier === 'below') return value.uri.startsWith(search.text) ? partial(search.text, value.uri) : 'no';
    if (modifier === 'above') return search.text.startsWith(value.uri) ? partial(value.uri, search.text) : 'no';
    if (value.uri === search.text) return 'yes';
    return value.canonical ? matchProfile(search.text, value.uri, context.base) : 'no';
  },
  describe: (value) => value.uri,
};

/** `start` begins `whole`: certain between whole path segments of URLs, open within a segment; not defined for URNs. */
function partial(start: string, whole: string): Outcome {
  if (start === whole) return 'yes';
  if (start.startsWith('urn:')) return 'open-uri-partial';
  return start.endsWith('/') || whole.charAt(start.length) === '/' ? 'yes' : 'open-uri-partial';
}

/** The two readings of `_profile`: as a reference, versions and relative forms may be understood. */
function matchProfile(wanted: string, value: string, base: string): Outcome {
  const [url, version] = value.split('|', 2) as [string, string?];
  const [wantedUrl, wantedVersion] = wanted.split('|', 2) as [string, string?];
  if (wantedUrl === url && (version === undefined || wantedVersion === undefined)) return 'open-profile';
  const id = /^(?:StructureDefinition|Profile)\/([A-Za-z0-9\-.]{1,64})$/.exec(wanted)?.[1];
  return id !== undefined && (url.endsWith(`/${id}`) || url === `${base}/${wanted}`) ? 'open-profile' : 'no';
}
