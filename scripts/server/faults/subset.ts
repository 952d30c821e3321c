/** Faults in parts of resources: what a summary keeps inside an element, what it loses of meta, and what becomes of it on later pages. https://hl7.org/fhir/R4/search.html#summary */
import type { Resource } from '../../core/fhir';
import { clause, type FaultRow } from './row';
import { answering, mappingPairs, withEntries } from './rewriting';

/** The elements of a study that a summary has, without regard to what of them it has: https://hl7.org/fhir/R4/imagingstudy.html */
const OF_SUMMARY = 'identifier,status,modality,subject,encounter,started,basedOn,partOf,referrer,interpreter,endpoint,numberOfSeries,numberOfInstances,procedureReference,procedureCode,procedure,location,reasonCode,reasonReference,reason,note,description,series';

export const SUBSET_FAULTS: readonly FaultRow[] = [
  {
    id: 'summary-keeps-inner',
    group: 'results',
    does: '_summary=true returns the elements of the summary with everything in them.',
    breaks: clause('search-summary', 'search.html#summary'),
    override: mappingPairs(([name, value]) => (name === '_summary' && value === 'true' ? [['_elements', OF_SUMMARY]] : undefined)),
  },
  {
    id: 'subset-loses-labels',
    group: 'results',
    does: 'What is left of a resource by _summary or _elements is tagged SUBSETTED, in place of its own tags and security labels.',
    breaks: clause('search-summary', 'search.html#summary'),
    override: answering((bundle) => withEntries(bundle, (bundle.entry ?? []).map((entry) => (entry.resource === undefined ? entry : { ...entry, resource: unlabelled(entry.resource) })))),
  },
  {
    id: 'next-loses-subset',
    group: 'results',
    does: 'The pages after the first pass over _summary and _elements.',
    breaks: clause('search-elements', 'search.html#elements'),
    override: (reference) => ({ subset: (asked, offset) => (offset > 0 ? {} : reference.subset(asked, offset)) }),
  },
];

function unlabelled(resource: Resource): Resource {
  const subsetted = resource.meta?.tag?.filter(({ code }) => code === 'SUBSETTED') ?? [];
  if (subsetted.length === 0) return resource;
  const labels = Object.entries(resource.meta ?? {}).filter(([name]) => name !== 'security');
  return { ...resource, meta: { ...Object.fromEntries(labels), tag: subsetted } };
}
