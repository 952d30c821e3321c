/** Faults of what _include adds: wildcards, types of targets, and how far :iterate goes. https://hl7.org/fhir/R4/search.html#include */
import { localReference } from '../../core/fhir';
import type { IncludeDirective } from '../../search/types';
import { rule, type FaultRow } from './row';
import { mappingPairs } from './rewriting';

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
];
