/** Faults of what _include and _revinclude add: wildcards, types of targets, how far :iterate goes, what has nothing to do with the matches, and parts. https://hl7.org/fhir/R4/search.html#include */
import { localReference, type Resource } from '../../core/fhir';
import { BEFORE_R5 } from '../../core/fhir-version';
import type { IncludeDirective } from '../../search/types';
import { SUBSETTED } from '../subset';
import { clause, rule, type FaultRow } from './row';
import { answering, mappingPairs, parameterOf, withEntries } from './rewriting';

export const INCLUDE_FAULTS: readonly FaultRow[] = [
  {
    id: 'include-wildcard-subject-only',
    group: 'results',
    does: '_include=* brings the subjects alone.',
    breaks: rule('include'),
    override: mappingPairs(([name, value]) => (name === '_include' && value === '*' ? [[name, 'ImagingStudy:subject']] : undefined)),
  },
  {
    id: 'include-target-type-ignored',
    group: 'results',
    does: '_include passes over the type that targets shall have.',
    breaks: rule('include'),
    override: mappingPairs(([name, value]) => (name.startsWith('_include') ? [[name, value.split(':').slice(0, 2).join(':')]] : undefined)),
  },
  {
    id: 'include-relative-only',
    group: 'results',
    does: '_include brings nothing that a match refers to by an absolute URL.',
    breaks: rule('include'),
    override: (reference) => ({
      includes: (index, query, matches) => {
        const written = JSON.stringify(matches);
        return reference.includes(index, query, matches).filter((resource) => !written.includes(`"${index.base}/${localReference(resource) ?? ''}"`));
      },
    }),
  },
  {
    id: 'include-iterate-once',
    group: 'results',
    does: ':iterate adds what the included resources refer to, and no more.',
    breaks: rule('include'),
    override: (reference) => ({
      includes(index, query, matches) {
        const plain = (directives: readonly IncludeDirective[]) => directives.map((directive) => ({ ...directive, iterate: false }));
        const iterated = (directives: readonly IncludeDirective[]) => plain(directives.filter(({ iterate }) => iterate));
        const first = reference.includes(index, { ...query, include: plain(query.include), revinclude: plain(query.revinclude) }, matches);
        const second = reference.includes(index, { ...query, include: iterated(query.include), revinclude: iterated(query.revinclude) }, first);
        const known = new Set([...matches, ...first].map(localReference));
        return [...first, ...second.filter((resource) => !known.has(localReference(resource)))];
      },
    }),
  },
  {
    id: 'revinclude-whoever-refers',
    group: 'results',
    does: '_revinclude brings all that refers to any resource of the type, not to the matches alone.',
    breaks: clause('search-revinclude', 'search.html#revinclude'),
    override: (reference) => ({
      includes: (index, query, matches) => (query.revinclude.length === 0 ? reference.includes(index, query, matches) : reference.includes(index, query, index.all(query.type)).filter((resource) => !matches.includes(resource))),
    }),
  },
  {
    id: 'elements-cut-included',
    // R4 says it; of R5 we do not know.
    versions: BEFORE_R5,
    group: 'results',
    does: '_elements leaves the elements that it does not name out of included resources, too.',
    breaks: clause('search-elements', 'search.html#elements'),
    // "The list of elements does not apply to included resources."
    override: answering((bundle, request) => {
      const names = parameterOf(request, '_elements')?.split(',');
      return names === undefined ? undefined : withEntries(bundle, (bundle.entry ?? []).map((entry) => (entry.search?.mode !== 'include' || entry.resource === undefined ? entry : { ...entry, resource: keeping(entry.resource, names) })));
    }),
  },
];

function keeping(resource: Resource, names: readonly string[]): Resource {
  const kept = Object.entries(resource).filter(([name]) => ['resourceType', 'id', 'meta', ...names].includes(name));
  return { ...(Object.fromEntries(kept) as Resource), meta: { ...resource.meta, tag: [...(resource.meta?.tag ?? []), SUBSETTED] } };
}
