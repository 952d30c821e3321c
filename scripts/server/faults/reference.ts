/** Faults in references, chains and reverse chains. */
import type { Resource } from '../../core/fhir';
import type { Criterion, SearchValue } from '../../search/types';
import { rule, type FaultRow } from './row';
import type { ReferenceValue } from '../../search/match/reference';
import { asking, askingEach, isPlain, lookingAgain } from './matching';
import { mappingPairs, mappingValues } from './rewriting';

const ABSOLUTE = /^https?:\/\/.+\/([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})$/;
const TYPED = /^[A-Z][A-Za-z]+\/([A-Za-z0-9\-.]{1,64})$/;

/** Chains are written with a dot outside of `_has`. */
const isChain = (name: string) => !name.startsWith('_has:') && name.includes('.');

export const REFERENCE_FAULTS: readonly FaultRow[] = [
  {
    id: 'reference-own-base-unmatched',
    group: 'reference',
    does: 'An absolute URL under the server\'s own base finds nothing.',
    breaks: rule('reference-url'),
    override: mappingValues((value) => (ABSOLUTE.test(value) ? `http://elsewhere.invalid/fhir/${ABSOLUTE.exec(value)?.[1]}` : undefined)),
  },
  {
    id: 'reference-type-ignored',
    group: 'reference',
    does: 'Patient/1 also finds references to Group/1.',
    breaks: rule('reference-type-id'),
    override: mappingValues((value) => TYPED.exec(value)?.[1]),
  },
  {
    id: 'reference-bare-id-unmatched',
    group: 'reference',
    does: 'A bare id finds no reference.',
    breaks: rule('reference-id'),
    override: asking((query) => ({ ...query, criteria: query.criteria.map((criterion) => (isBareReference(criterion) ? withValues(criterion, ({ text }) => (text.includes('/') ? undefined : `http://elsewhere.invalid/${text}`)) : criterion)) })),
  },
  {
    id: 'reference-type-modifier-ignored',
    group: 'reference',
    does: 'subject:Patient=1 also finds Group/1.',
    breaks: rule('reference-type-modifier'),
    override: mappingPairs(([name, value]) => (/^[a-z_-]+:[A-Z][A-Za-z]+$/.test(name) ? [[name.split(':', 1)[0] ?? name, value]] : undefined)),
  },
  {
    id: 'reference-identifier-of-target',
    group: 'reference',
    does: ':identifier searches the target\'s identifiers.',
    breaks: rule('reference-identifier'),
    override: mappingPairs(([name, value]) => (/^[a-z_-]+:identifier$/.test(name) ? [[name.replace(':', '.'), value]] : undefined)),
  },
  {
    id: 'reference-identifier-system-ignored',
    group: 'reference',
    does: ':identifier finds the value under any system.',
    breaks: rule('reference-identifier'),
    override: askingEach((criterion) => (isPlain(criterion) && criterion.definition.type === 'reference' && criterion.modifier === 'identifier' ? withValues(criterion, ({ parts }) => parts.at(-1) ?? '') : criterion)),
  },
  {
    id: 'reference-ids-compared-alone',
    group: 'reference',
    does: 'Type/id is looked up, but then the id alone is compared: Patient/1 finds Group/1 too where there are both.',
    breaks: rule('reference-type-id'),
    override: (reference) => ({
      select: (index, query) => reference.select(index, { ...query, criteria: query.criteria.map((criterion) => (isBareReference(criterion) ? withValues(criterion, ({ text }) => (index.get(text) === undefined ? text : (text.split('/').at(-1) ?? text))) : criterion)) }),
    }),
  },
  {
    id: 'patient-finds-any-subject',
    group: 'reference',
    does: 'patient also finds subjects that are no Patient.',
    breaks: rule('reference-limited'),
    override: mappingPairs(([name, value]) => (/^patient(:missing)?$/.test(name) ? [[name.replace('patient', 'subject'), value.replace(/(^|,)Patient\//g, '$1')]] : undefined)),
  },
  {
    id: 'chains-of-one-reference-as-or',
    group: 'reference',
    does: 'Of several chains over one reference one that matches is enough.',
    breaks: rule('and'),
    override: (reference) => ({
      select(index, query) {
        const chained = query.criteria.filter(({ chain, definition }) => chain !== undefined && query.criteria.filter((other) => other.chain !== undefined && other.definition.code === definition.code).length > 1);
        if (chained.length === 0) return reference.select(index, query);
        const found = new Set(chained.flatMap((one) => reference.select(index, { ...query, criteria: query.criteria.filter((other) => other === one || !chained.includes(other)) })));
        return reference.select(index, { ...query, criteria: query.criteria.filter((other) => !chained.includes(other)) }).filter((resource) => found.has(resource));
      },
    }),
  },
  {
    id: 'reference-case-ignored',
    group: 'reference',
    does: 'A reference is found by its id in upper or lower case.',
    breaks: rule('reference-type-id'),
    override: (reference) => ({
      select(index, query) {
        const change = (text: string) => {
          const [type = '', id] = text.split('/');
          const known = id === undefined || index.get(text) !== undefined ? undefined : index.all(type).find((resource) => resource.id?.toLowerCase() === id.toLowerCase());
          return known === undefined ? text : `${type}/${known.id}`;
        };
        return reference.select(index, { ...query, criteria: query.criteria.map((criterion) => (isBareReference(criterion) ? { ...criterion, values: criterion.values.map((value) => ({ ...value, text: change(value.text) })) } : criterion)) });
      },
    }),
  },
  {
    id: 'canonical-unmatched',
    group: 'reference',
    does: 'A canonical is not found by its URL.',
    breaks: rule('reference-canonical'),
    override: askingEach((criterion) => (isBareReference(criterion) && isCanonical(criterion) ? withValues(criterion, () => 'urn:fhir-scout:none') : criterion)),
  },
  {
    id: 'canonical-below-as-written',
    group: 'reference',
    does: ':below on a canonical finds the URL without a version alone.',
    breaks: rule('reference-canonical-below'),
    override: lookingAgain((criterion) => criterion.modifier === 'below' && isCanonical(criterion), (criterion) => criterion, (value, criterion) => criterion.values.some(({ text }) => text === (value as ReferenceValue).target?.raw)),
  },
  {
    id: 'hierarchy-without-itself',
    group: 'reference',
    does: ':below and :above leave out what refers to the resource itself.',
    breaks: rule('reference-hierarchy'),
    override: askingEach((criterion) => (criterion.definition.type === 'reference' && isPlain(criterion) && !isCanonical(criterion) && ['below', 'above'].includes(criterion.modifier ?? '') ? withValues(criterion, () => 'urn:fhir-scout:none') : criterion)),
  },
  {
    id: 'chain-ignores-filter',
    group: 'reference',
    does: 'A chain finds whatever has the reference.',
    breaks: rule('chain'),
    override: mappingPairs(([name]) => (isChain(name) ? [[`${name.split(/[.:]/, 1)[0]}:missing`, 'false']] : undefined)),
  },
  {
    id: 'chain-type-ignored',
    group: 'reference',
    does: 'subject:Patient.identifier also follows references to a Group or Device.',
    breaks: rule('chain'),
    override: (reference) => ({
      parse(definitions, type, pairs, base) {
        const query = reference.parse(definitions, type, pairs, base);
        const everyTarget = (criterion: Criterion): Criterion => {
          const { chain: { targetType } = {}, definition, written } = criterion;
          if (targetType === undefined || criterion.reverse !== undefined) return criterion;
          const [name = '', ...value] = written.split('=');
          const next = definition.target.flatMap((other) => reference.parse(definitions, type, [[name.replace(`:${targetType}.`, `:${other}.`), value.join('=')]], base).criteria[0]?.chain?.next ?? []);
          return { ...criterion, chain: { next } };
        };
        return { ...query, criteria: query.criteria.map(everyTarget) };
      },
    }),
  },
  {
    id: 'chain-finds-nothing',
    group: 'reference',
    does: 'A chain finds nothing.',
    breaks: rule('chain'),
    override: mappingPairs(([name]) => (isChain(name) ? [['_id', 'fhir-scout-none']] : undefined)),
  },
  {
    id: 'chain-dropped',
    group: 'reference',
    does: 'A chain does not filter.',
    breaks: rule('chain'),
    override: mappingPairs(([name]) => (isChain(name) ? [] : undefined)),
  },
  {
    id: 'has-ignores-filter',
    group: 'reference',
    does: '_has finds whatever is referred to.',
    breaks: rule('has'),
    override: mappingPairs(([name]) => (name.startsWith('_has:') ? [[`${name.split(':').slice(0, 3).join(':')}:_lastUpdated`, 'ge1900']] : undefined)),
  },
  {
    id: 'has-dropped',
    group: 'reference',
    does: '_has does not filter.',
    breaks: rule('has'),
    override: mappingPairs(([name]) => (name.startsWith('_has:') ? [] : undefined)),
  },
  {
    id: 'has-counts-deleted',
    group: 'reference',
    does: '_has still sees resources that were deleted.',
    breaks: rule('has'),
    override: (reference) => {
      const ghosts = new Map<string, Resource>();
      const key = (resource: Resource) => `${resource.resourceType}/${resource.id}`;
      return {
        indexed(resource, previous) {
          ghosts.delete(key(resource));
          return reference.indexed(resource, previous);
        },
        unindexed(resource) {
          ghosts.set(key(resource), resource);
          return reference.unindexed(resource);
        },
        select(index, query) {
          const found = reference.select(index, query);
          if (!query.criteria.some((criterion) => criterion.reverse !== undefined)) return found;
          // What lies below has now done to the index what was due, the deletions of ghosts included.
          for (const ghost of ghosts.values()) index.put(ghost);
          const matches = reference.select(index, query).filter((resource) => !ghosts.has(key(resource)));
          for (const ghost of ghosts.keys()) index.remove(ghost);
          return matches;
        },
      };
    },
  },
];

function isBareReference(criterion: Criterion): boolean {
  return criterion.definition.type === 'reference' && criterion.modifier === undefined && criterion.chain === undefined && criterion.reverse === undefined;
}

/** Parameters that read canonical elements, as far as their names tell. */
function isCanonical({ definition }: Criterion): boolean {
  return definition.type === 'reference' && /canonical/i.test(definition.expression ?? '');
}

/** The same criterion, asking for other texts; undefined leaves a value. */
function withValues(criterion: Criterion, change: (value: SearchValue) => string | undefined): Criterion {
  return {
    ...criterion,
    values: criterion.values.map((value) => {
      const text = change(value);
      return text === undefined ? value : { ...value, raw: text, text, parts: [text] };
    }),
  };
}
