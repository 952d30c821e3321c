/** Faults of searches within the compartment of one patient: https://hl7.org/fhir/R4/http.html#vsearch */
import type { Bundle } from '../../core/fhir';
import { CURSOR } from '../page-links';
import { encodePairs, splitUrl } from '../query-string';
import type { ServerRequest } from '../request';
import { clause, type FaultRow } from './row';
import { answering, hearing, isFilter, pairsOf, searchingFor } from './rewriting';

/** `.../Patient/1/ImagingStudy`, by GET or by POST. */
const WITHIN = /\/Patient\/[^/?]+(\/[A-Z][A-Za-z]+)(?=\/?(_search)?$)/;
const compartment = clause('search-compartment', 'http.html#vsearch');

export const COMPARTMENT_FAULTS: readonly FaultRow[] = [
  {
    id: 'compartment-ignored',
    group: 'combination',
    does: 'A search within the compartment of a patient finds what belongs to anybody.',
    breaks: compartment,
    override: hearing((request) => ({ ...request, url: outside(request.url) })),
  },
  {
    id: 'compartment-criteria-ignored',
    group: 'combination',
    does: 'A search within the compartment of a patient passes over its parameters.',
    breaks: compartment,
    override: searchingFor((pairs, request) => (isWithin(request) ? pairs.filter(([name]) => !isFilter(name)) : pairs)),
  },
  {
    id: 'compartment-next-leaves',
    group: 'results',
    does: 'The next link of a search within the compartment of a patient leads to a search of everything.',
    breaks: compartment,
    override: answering((bundle, request) => (isWithin(request) ? nextOutside(bundle, request) : undefined)),
  },
];

function isWithin({ url }: ServerRequest): boolean {
  return WITHIN.test(splitUrl(url).path);
}

function outside(url: string): string {
  const { path, query } = splitUrl(url);
  return `${path.replace(WITHIN, '$1')}${query === '' ? '' : `?${query}`}`;
}

function nextOutside(bundle: Bundle, request: ServerRequest): Bundle {
  const pairs = pairsOf(request).filter(([name]) => name !== CURSOR);
  return { ...bundle, link: bundle.link?.map((link) => (link.relation === 'next' ? { ...link, url: `${outside(splitUrl(link.url).path)}?${encodePairs(pairs)}` } : link)) };
}
