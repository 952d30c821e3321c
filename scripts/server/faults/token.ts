/** Faults in tokens and in the modifiers that apply to them. */
import { rule, type FaultRow } from './row';
import { hearing, isSearch, mappingPairs, mappingValues, pairsOf, withPairs } from './rewriting';
import type { Override } from '../behaviour';
import type { Criterion } from '../../search/types';
import { foldText } from '../../search/fold-text';
import type { TokenValue } from '../../search/match/token';
import { askingEach, indexing, isPlain, lookingAgain, perItem } from './matching';

/** Modifiers of R4: https://hl7.org/fhir/R4/search.html#modifiers; a resource type begins with a capital. */
const MODIFIERS = ['missing', 'exact', 'contains', 'not', 'text', 'in', 'not-in', 'below', 'above', 'of-type', 'identifier', 'iterate'];

/** `code:not` apart, for parameters that are neither chained nor reversed. */
function apart(name: string): [code: string, modifier: string] | undefined {
  return /^_has:|\./.test(name) || !name.includes(':') ? undefined : (name.split(':', 2) as [string, string]);
}

const modified = (modifier: string) => (criterion: Criterion) => isPlain(criterion) && criterion.modifier === modifier;
const value = (text: string): Criterion['values'][number] => ({ raw: text, prefix: 'eq', text, parts: [text] });
const NOTHING = value('fhir-scout-none');
const FALSE = value('false');

const isNot = ([name]: readonly [string, string]): boolean => apart(name)?.[1] === 'not';

export const TOKEN_FAULTS: readonly FaultRow[] = [
  {
    id: 'token-system-ignored',
    group: 'token',
    does: 'system|code finds the code under any system.',
    breaks: rule('token-system-code'),
    override: mappingValues((value) => /^[^|]+\|([^|]+)$/.exec(value)?.[1]),
  },
  {
    id: 'token-no-system-any',
    group: 'token',
    does: '|code finds the code under any system.',
    breaks: rule('token-no-system'),
    override: mappingValues((value) => /^\|([^|]+)$/.exec(value)?.[1]),
  },
  {
    id: 'token-system-only-empty',
    group: 'token',
    does: 'system| finds nothing.',
    breaks: rule('token-system'),
    override: mappingValues((value) => (/^[^|]+\|$/.test(value) ? 'urn:fhir-scout:none|none' : undefined)),
  },
  {
    id: 'token-code-ignored',
    group: 'token',
    does: 'system|code finds every code of the system.',
    breaks: rule('token-system-code'),
    override: mappingValues((value) => (/^[^|]+\|[^|]+$/.test(value) ? `${value.split('|', 1)[0]}|` : undefined)),
  },
  {
    id: 'token-bare-code-needs-no-system',
    group: 'token',
    does: 'code finds the code only where it has no system.',
    breaks: rule('token-code'),
    override: mappingPairs(([name, value]) => (['modality', 'bodysite', 'body-site', 'reason', 'identifier', 'code'].includes(name) && !value.includes('|') ? [[name, value.split(',').map((part) => `|${part}`).join(',')]] : undefined)),
  },
  {
    id: 'token-first-coding-only',
    group: 'token',
    does: 'Of several codings of a concept only the first is found.',
    breaks: rule('several-paths'),
    override: indexing((resource) => firstCodings(resource) as typeof resource),
  },
  {
    id: 'token-not-per-item',
    group: 'token',
    does: ':not=c finds a resource that has some other value beside c.',
    breaks: rule('token-not'),
    override: perItem((criterion) => criterion.modifier === 'not'),
  },
  {
    id: 'token-not-drops-valueless',
    group: 'token',
    does: ':not leaves out resources without a value.',
    breaks: rule('token-not'),
    override: mappingPairs(([name, value]) => (apart(name)?.[1] === 'not' ? [[name, value], [`${apart(name)?.[0]}:missing`, 'false']] : undefined)),
  },
  {
    id: 'token-not-ignored',
    group: 'token',
    does: ':not is passed over: the code itself is found.',
    breaks: rule('token-not'),
    override: mappingPairs(([name, value]) => (apart(name)?.[1] === 'not' ? [[apart(name)?.[0] ?? name, value]] : undefined)),
  },
  {
    id: 'modifier-ignored',
    group: 'token',
    does: 'An unknown modifier is passed over instead of refused.',
    breaks: rule('unsupported-modifier'),
    override: mappingPairs(([name, value]) => (isKnown(apart(name)?.[1]) ? undefined : [[apart(name)?.[0] ?? name, value]])),
  },
  {
    id: 'modifier-drops-parameter',
    group: 'token',
    does: 'A parameter with an unknown modifier does not filter.',
    breaks: rule('unsupported-modifier'),
    override: mappingPairs(([name]) => (isKnown(apart(name)?.[1]) ? undefined : [])),
  },
  {
    id: 'known-modifier-passed-over',
    group: 'token',
    does: ':not is not supported: the parameter is passed over, as the self link says, instead of refused.',
    breaks: rule('unsupported-modifier'),
    override: hearing((request) => (isSearch(request) && pairsOf(request).some(isNot) ? withPairs(request, pairsOf(request).filter((pair) => !isNot(pair))) : request)),
  },
  {
    id: 'token-text-searches-code',
    group: 'token',
    does: ':text searches the code instead of its display and text.',
    breaks: rule('token-text'),
    override: mappingPairs(([name, value]) => (apart(name)?.[1] === 'text' ? [[apart(name)?.[0] ?? name, value]] : undefined)),
  },
  {
    id: 'token-text-whole-only',
    group: 'token',
    does: ':text finds the whole text alone, not its start.',
    breaks: rule('token-text'),
    override: lookingAgain(modified('text'), (criterion) => criterion, (value, criterion) => (value as TokenValue).texts.some((text) => criterion.values.some((wanted) => foldText(wanted.text) === foldText(text)))),
  },
  { id: 'token-text-display-only', group: 'token', does: ':text searches the displays of codings, not the text of the concept.', breaks: rule('token-text'), override: textOf('coding', 'identifier') },
  { id: 'token-text-concept-only', group: 'token', does: ':text searches the text of the concept, not the displays of its codings.', breaks: rule('token-text'), override: textOf('text', 'identifier') },
  { id: 'token-text-without-identifiers', group: 'token', does: ':text passes over the text of the type of identifiers.', breaks: rule('token-text'), override: textOf('coding', 'text') },
  {
    id: 'token-implicit-system-unknown',
    group: 'token',
    does: 'status=system|code finds nothing, though the value set of the element has that system.',
    breaks: rule('token-system-code'),
    override: askingEach((criterion) => (/\.(status|gender)\b/.test(criterion.definition.expression ?? '') && criterion.values.some(({ parts }) => parts.length === 2 && parts[0] !== '') ? { ...criterion, values: [NOTHING] } : criterion)),
  },
  {
    id: 'id-case-ignored',
    group: 'token',
    does: '_id finds an id in upper or lower case.',
    breaks: rule('token-id'),
    override: (reference) => ({
      select(index, query) {
        const ids = new Map(index.all(query.type).map(({ id = '' }) => [id.toLowerCase(), id]));
        const change = (text: string) => ids.get(text.toLowerCase()) ?? text;
        return reference.select(index, { ...query, criteria: query.criteria.map((criterion) => (isPlain(criterion) && criterion.definition.code === '_id' ? { ...criterion, values: criterion.values.map((value) => ({ ...value, parts: value.parts.map(change) })) } : criterion)) });
      },
    }),
  },
  {
    id: 'value-set-ignored',
    group: 'token',
    does: ':in finds whatever has a code, in the value set or not.',
    breaks: rule('token-in'),
    override: askingEach((criterion) => (modified('in')(criterion) ? { ...criterion, modifier: 'missing', values: [FALSE] } : criterion)),
  },
  {
    id: 'value-set-not-in-as-in',
    group: 'token',
    does: ':not-in finds what is in the value set.',
    breaks: rule('token-not-in'),
    override: askingEach((criterion) => (modified('not-in')(criterion) ? { ...criterion, modifier: 'in' } : criterion)),
  },
  {
    id: 'subsumption-without-itself',
    group: 'token',
    does: ':below and :above leave out the code itself.',
    breaks: rule('token-subsumption'),
    override: askingEach((criterion) => (criterion.definition.type === 'token' && (modified('below')(criterion) || modified('above')(criterion)) ? { ...criterion, values: [NOTHING] } : criterion)),
  },
  {
    id: 'token-of-type-ignores-type',
    group: 'token',
    does: ':of-type finds the value under any identifier type.',
    breaks: rule('token-of-type'),
    override: mappingPairs(([name, value]) => (apart(name)?.[1] === 'of-type' ? [[apart(name)?.[0] ?? name, value.split('|').at(-1) ?? value]] : undefined)),
  },
  {
    id: 'missing-inverted',
    group: 'token',
    does: ':missing=true finds what has a value.',
    breaks: rule('missing'),
    override: mappingPairs(([name, value]) => (name.endsWith(':missing') ? [[name, value === 'true' ? 'false' : 'true']] : undefined)),
  },
  {
    id: 'missing-ignored',
    group: 'token',
    does: ':missing does not filter.',
    breaks: rule('missing'),
    override: mappingPairs(([name]) => (name.endsWith(':missing') ? [] : undefined)),
  },
];

/** `:text` searches the texts of these kinds of token alone. */
function textOf(...kinds: readonly TokenValue['kind'][]): Override {
  return lookingAgain(modified('text'), (criterion) => criterion, (value, criterion) => {
    const { kind, texts } = value as TokenValue;
    return kinds.includes(kind) && texts.some((text) => criterion.values.some((wanted) => foldText(text).startsWith(foldText(wanted.text))));
  });
}

/** No modifier at all counts as known. */
function isKnown(modifier: string | undefined): boolean {
  return modifier === undefined || MODIFIERS.includes(modifier) || /^[A-Z]/.test(modifier);
}

function firstCodings(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(firstCodings);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, name === 'coding' && Array.isArray(child) ? child.slice(0, 1) : firstCodings(child)]));
}
