/** The ways to search by a reference parameter, chains included. https://hl7.org/fhir/R4/search.html#reference */
import { withArticle } from '../../../core/grammar';
import { localReference } from '../../../core/fhir';
import { escapeValue } from '../../../search/escaping';
import { localKey } from '../../../search/reference-target';
import type { SearchParameterDefinition } from '../../../search/types';
import type { Chooser } from '../../choose/chooser';
import { withDecoy } from '../../choose/decoy';
import type { ParameterView } from '../../choose/parameter-view';
import { codeValue, distinct, FOREIGN_SYSTEM, isRealCode, NO_SUCH_ID, realTokens, swapCase, systemCodeValue } from '../../choose/values';
import type { TestContext } from '../../context';
import type { Pair } from '../../gather/query';
import { chain, CHAINED } from './reference-chain';
import { localTargets, ofSeveralTypes, otherSubjects, targetsOf, type Target } from './reference-targets';
import { divideOrAny } from './token';
import { viewOf, type Pick, type Shape, type ShapeStatics } from './shape';

const isReference = ({ definition, kinds }: ShapeStatics) => definition.type === 'reference' && kinds.has('Reference');

const isCanonical = ({ definition, kinds }: ShapeStatics) => definition.type === 'reference' && kinds.has('canonical');
/** Queries that are looked at for a trap at most. */
const TRAPS = 40;

/** Canonical URLs as they stand in the data, version included; the bar before the version is syntax, so it is not escaped. */
function canonicals(view: ParameterView): string[] {
  return distinct(view.references.flatMap(({ target }) => (target === undefined ? [] : target.raw.replace(/[\\,$]/g, '\\$&'))));
}

/** Whether the parameter reads an element's references to some types alone. */
const isLimited = ({ definition }: { definition: SearchParameterDefinition }) => definition.expression?.includes('resolve() is') === true;

function each(view: ParameterView, base: string, write: (target: Target) => Pair): Pair[][] {
  return localTargets(view, base).map((target) => [write(target)]);
}

const needed = (view: ParameterView) => `two ${view.type} resources that refer to different resources in ${view.definition.code}`;

export const REFERENCE_SHAPES: readonly Shape[] = [
  {
    id: 'type-id',
    title: 'Type/id matches the reference to that resource',
    requirement: 'rule:reference-type-id',
    applies: isReference,
    pick: (view, chooser, context) => {
      const ask = (targets: readonly Target[]) => targets.map(({ type, id }): Pair[] => [[view.definition.code, `${type}/${id}`]]);
      const targets = localTargets(view, chooser.base);
      // An id that stands under two types tells most: a server that compares ids alone finds both.
      const others = isLimited(view) ? otherSubjects(view, context) : targets;
      const best = chooser.divide(ask(ofSeveralTypes(targets, others)));
      if (best === undefined) return divideOrAny(chooser, ask(targets), needed(view));
      const twins = others.filter(({ type, id }) => best.pairs[0]?.[1].endsWith(`/${id}`) === true && best.pairs[0][1] !== `${type}/${id}`);
      const bait = twins.flatMap(({ type, id }) => [...chooser.outlook([[isLimited(view) ? 'subject' : view.definition.code, `${type}/${id}`]]).must]);
      return { pairs: best.pairs, bait: bait.slice(0, 3) };
    },
  },
  {
    id: 'id',
    title: 'an id alone matches',
    requirement: 'rule:reference-id',
    applies: isReference,
    pick: (view, chooser) => {
      const candidates = each(view, chooser.base, ({ id }) => [view.definition.code, id]);
      // Where several types are possible, matching and refusing are both legal; only what has another id must not come.
      const open = view.definition.target.length === 1 ? undefined : candidates.map((pairs) => chooser.outlook(pairs)).find((outlook) => outlook.open > 0 && outlook.mustNot > 0);
      return open === undefined ? divideOrAny(chooser, candidates, needed(view)) : { pairs: open.pairs, trap: true, refusal: 'info' };
    },
  },
  {
    id: 'absolute',
    title: 'an absolute URL on the server\'s own base equals the relative form',
    requirement: 'rule:reference-url',
    applies: isReference,
    pick: (view, chooser) => divideOrAny(chooser, each(view, chooser.base, ({ type, id }) => [view.definition.code, `${chooser.base}/${type}/${id}`]), needed(view)),
  },
  {
    id: 'stored-absolute',
    title: 'a reference that is stored as an absolute URL is found by its relative form',
    requirement: 'rule:reference-url',
    applies: isReference,
    pick: (view, chooser, context) => {
      const sent = (holder: string) => context.writing?.absolute.has(holder) === true;
      const stored = view.references.flatMap(({ target, holder }) => (target?.base === chooser.base || (target?.type !== undefined && target.base === undefined && sent(holder)) ? [`${target.type}/${target.id}`] : []));
      return divideOrAny(chooser, distinct(stored).map((value) => [[view.definition.code, value]]), `${withArticle(view.type)} with an absolute reference on the server's own base in ${view.definition.code}`);
    },
  },
  {
    id: 'type-modifier',
    title: ':Type with an id is the same as Type/id',
    requirement: 'rule:reference-type-modifier',
    applies: isReference,
    pick: (view, chooser) => divideOrAny(chooser, each(view, chooser.base, ({ type, id }) => [`${view.definition.code}:${type}`, id]), needed(view)),
  },
  {
    id: 'other-type',
    title: 'the same id of another type matches nothing',
    requirement: 'rule:reference-type-id',
    applies: isReference,
    pick: (view, chooser) => {
      const name = view.definition.code;
      for (const { type, id } of localTargets(view, chooser.base)) {
        for (const other of [...view.definition.target, 'Location', 'Basic'].filter((candidate) => candidate !== type)) {
          const trap = chooser.outlook([[name, `${other}/${id}`]]);
          if (trap.must.size === 0 && trap.open === 0) return { pairs: trap.pairs, trap: true };
        }
      }
      return { needed: `${withArticle(view.type)} with a reference in ${name}` };
    },
  },
  {
    id: 'other-type-modifier',
    title: ':Type of another type with the same id matches nothing',
    requirement: 'rule:reference-type-modifier',
    applies: (statics) => isReference(statics) && statics.definition.target.length > 1,
    pick: (view, chooser) => {
      for (const { type, id } of localTargets(view, chooser.base)) {
        for (const other of view.definition.target.filter((candidate) => candidate !== type)) {
          const trap = chooser.outlook([[`${view.definition.code}:${other}`, id]]);
          if (trap.must.size === 0 && trap.open === 0) return { pairs: trap.pairs, trap: true };
        }
      }
      return { needed: `${withArticle(view.type)} with a reference in ${view.definition.code}` };
    },
  },
  {
    id: 'limited',
    title: 'references to other types are not seen',
    requirement: 'rule:reference-limited',
    // Only where the expression narrows the element: patient reads subject.
    applies: (statics) => isReference(statics) && isLimited(statics),
    pick: (view, chooser, context) => {
      const allowed = new Set(view.definition.target);
      for (const { type, id } of otherSubjects(view, context)) {
        if (allowed.has(type)) continue;
        const trap = chooser.outlook([[view.definition.code, `${type}/${id}`]]);
        if (trap.must.size === 0) return { pairs: trap.pairs, trap: true };
      }
      return { needed: `${withArticle(view.type)} whose subject is no ${[...allowed].join(' or ')}` };
    },
  },
  {
    id: 'no-such',
    title: 'a resource that does not exist gives an empty set',
    requirement: 'rule:logical-miss',
    applies: isReference,
    pick: (view) => ({ pairs: [[view.definition.code, `${view.definition.target[0] ?? 'Patient'}/${NO_SUCH_ID}`]], trap: true, refusal: 'warn' }),
  },
  {
    id: 'later-element',
    title: 'every repetition of the element is searched, not the first alone',
    requirement: 'rule:several-paths',
    applies: isReference,
    pick: (view, chooser) => {
      const local = view.references.flatMap(({ target, element, holder }) => {
        const value = target === undefined ? undefined : localKey(target, chooser.base);
        return value === undefined ? [] : [{ element, holder, value }];
      });
      const inFirst = new Set(local.filter(({ element }) => element === 0).map(({ holder, value }) => `${holder} ${value}`));
      const later = local.filter(({ element, holder, value }) => element > 0 && !inFirst.has(`${holder} ${value}`));
      const candidates = distinct(later.map(({ value }) => value)).map((value): Pair[] => [[view.definition.code, value]]);
      return divideOrAny(chooser, candidates, `${withArticle(view.type)} with several references in ${view.definition.code}`);
    },
  },
  {
    id: 'target-case',
    title: 'upper and lower case of an id are told apart',
    requirement: 'rule:reference-type-id',
    applies: isReference,
    pick: (view, chooser) => {
      const swapped = each(view, chooser.base, ({ type, id }) => [view.definition.code, `${type}/${swapCase(id)}`]).filter(([pair]) => /\/.*[A-Z]/i.test(pair?.[1] ?? ''));
      const trap = swapped.slice(0, TRAPS).map((pairs) => chooser.outlook(pairs)).find(({ must, open, mustNot }) => must.size === 0 && open === 0 && mustNot > 0);
      return trap === undefined ? { needed: `${withArticle(view.type)} with a reference in ${view.definition.code} to an id with letters` } : { pairs: trap.pairs, trap: true };
    },
  },
  {
    id: 'canonical',
    title: 'a canonical is found by its URL, as it is written',
    requirement: 'rule:reference-canonical',
    applies: isCanonical,
    pick: (view, chooser) => divideOrAny(chooser, canonicals(view).map((value) => [[view.definition.code, value]]), `two ${view.type} resources with different URLs in ${view.definition.code}`),
  },
  {
    id: 'canonical-below',
    title: ':below on a canonical finds every version',
    requirement: 'rule:reference-canonical-below',
    applies: isCanonical,
    pick: (view, chooser) => {
      const versioned = canonicals(view).filter((value) => value.includes('|')).map((value) => value.split('|')[0] ?? value);
      return divideOrAny(chooser, distinct(versioned).map((value) => [[`${view.definition.code}:below`, value]]), `two ${view.type} resources with versions of one URL in ${view.definition.code}, and another one`);
    },
  },
  ...(['below', 'above'] as const).map((modifier): Shape => ({
    id: `part-${modifier}`,
    title: `:${modifier} includes what refers to the resource itself`,
    requirement: 'rule:reference-hierarchy',
    // A type that refers to itself can be a hierarchy: the parts of an organization or a place.
    applies: (statics) => isReference(statics) && statics.definition.target.includes(statics.type),
    pick: (view, chooser) => divideOrAny(chooser, each(view, chooser.base, ({ type, id }) => [`${view.definition.code}:${modifier}`, `${type}/${id}`]), needed(view)),
  })),
  {
    id: 'identifier',
    title: ':identifier reads the identifier in the reference, not that of its target',
    requirement: 'rule:reference-identifier',
    applies: isReference,
    pick: (view, chooser, context) => byIdentifier(view, chooser, context),
  },
  {
    id: 'chain',
    title: 'a chained parameter equals the two searches that it joins',
    requirement: 'rule:chain',
    tags: ['chain'],
    applies: isReference,
    pick: (view, chooser, context) => chain(view, chooser, context, (type) => CHAINED.filter((code) => context.definitions.find(type, code) !== undefined)),
  },
  {
    id: 'chain-id',
    title: 'a chain to _id equals the reference itself',
    requirement: 'rule:chain',
    tags: ['chain'],
    applies: isReference,
    pick: (view, chooser, context) => chain(view, chooser, context, () => ['_id']),
  },
];

/** An identifier that stands in a reference; else, as a trap, one of a target, which must not be found that way. */
function byIdentifier(view: ParameterView, chooser: Chooser, context: TestContext): Pick {
  const name = `${view.definition.code}:identifier`;
  const tokens = view.references.flatMap(({ identifiers }) => identifiers.filter(isRealCode));
  const ask = (write: (token: (typeof tokens)[number]) => string) => distinct(tokens.map(write)).map((value): Pair[] => [[name, value]]);
  const bare = new Map(tokens.map((token) => [systemCodeValue(token), codeValue(token)]));
  // A value that stands under two systems tells by itself whether these count.
  const shared = chooser.divide(ask(systemCodeValue), ({ pairs, must }) => chooser.outlook([[name, bare.get(pairs[0]?.[1] ?? '') ?? '']]).must.size > must.size);
  if (shared !== undefined) return { pairs: shared.pairs, bait: [...chooser.outlook([[name, bare.get(shared.pairs[0]?.[1] ?? '') ?? '']]).must].filter((reference) => !shared.must.has(reference)).slice(0, 3) };
  const best = chooser.divide(ask(systemCodeValue));
  // Another one's value under a system that it does not have: where systems are passed over, that one comes too.
  if (best !== undefined) return withDecoy(best.pairs, chooser, tokens.map((token) => ({ value: `${escapeValue(FOREIGN_SYSTEM)}|${codeValue(token)}`, misread: [name, codeValue(token)] })));
  for (const target of targetsOf(view, context)) {
    const definition = context.definitions.find(target.resourceType, 'identifier');
    if (definition === undefined) continue;
    for (const { token, holder } of realTokens(viewOf(context, target.resourceType, definition))) {
      if (holder !== localReference(target)) continue;
      const trap = chooser.outlook([[name, systemCodeValue(token)]]);
      if (trap.must.size === 0 && trap.open === 0) return { pairs: trap.pairs, trap: true, wanting: `${withArticle(view.type)} whose ${view.definition.code} has an identifier beside or instead of the reference` };
    }
  }
  return { needed: `${withArticle(view.type)} whose ${view.definition.code} has an identifier` };
}
