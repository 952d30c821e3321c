/** The ways of searching that every type of parameter shares: OR, AND, :missing, modifiers that do not exist. */
import { withArticle } from '../../../core/grammar';
import { BEFORE_R5 } from '../../../core/fhir-version';
import { escapeValue } from '../../../search/escaping';
import { localKey } from '../../../search/reference-target';
import type { Chooser, Outlook } from '../../choose/chooser';
import { cutTo } from '../../choose/date-forms';
import type { ParameterView } from '../../choose/parameter-view';
import { codeValue, distinct, realTokens } from '../../choose/values';
import { writtenAmount } from '../../choose/written-value';
import type { TestContext } from '../../context';
import type { Pair } from '../../gather/query';
import { judgeRefusal } from '../../judge/refusal';
import type { Judgement } from '../../test-case';
import { viewOf, type Pick, type Shape, type ShapeStatics } from './shape';

/** More values than this are not combined in pairs. */
const COMBINED = 14;

/** The values of one resource, and of which, as plain search values, whatever the parameter's type. */
function heldValues(view: ParameterView, base: string): { holder: string; value: string }[] {
  switch (view.definition.type) {
    case 'token':
      return realTokens(view).map(({ holder, token }) => ({ holder, value: codeValue(token) }));
    case 'reference':
      return view.references.flatMap(({ holder, target }) => {
        const value = target === undefined ? undefined : localKey(target, base);
        return value === undefined ? [] : [{ holder, value }];
      });
    case 'date':
      // A point in time is certain to the second; of a day it is not said in whose time zone it is meant.
      return view.texts.map(({ holder, text }) => ({ holder, value: cutTo(text, 'second') ?? text.slice(0, 10) }));
    case 'number':
    case 'quantity':
      return view.amounts.map(({ holder, number, system, code }) => ({ holder, value: writtenAmount(number, system, code) }));
    case 'composite':
      return view.composites.flatMap(({ holder, parts }) => (parts.every((values) => values.length > 0) ? [{ holder, value: parts.map(([value]) => value).join('$') }] : []));
    default:
      return view.texts.map(({ holder, text }) => ({ holder, value: escapeValue(text) }));
  }
}

/** Each value of a parameter once, as a search value. */
export function plainValues(view: ParameterView, base: string): string[] {
  return distinct(heldValues(view, base).map(({ value }) => value));
}

/** The values of a parameter in the known resources of a type, as search values; none where the version has no such parameter. */
export function valuesOf(context: TestContext, type: string, code: string): string[] {
  const definition = context.definitions.find(type, code);
  return definition === undefined ? [] : plainValues(viewOf(context, type, definition), context.known.index.base);
}

function* pairsOf(values: readonly string[]): Iterable<[string, string]> {
  const few = values.slice(0, COMBINED);
  for (let i = 0; i < few.length; i += 1) for (let j = i + 1; j < few.length; j += 1) yield [few[i] as string, few[j] as string];
}

/** Dates, numbers and quantities: a server may refuse several values of these. */
const isRange = ({ definition }: ShapeStatics) => ['date', 'number', 'quantity'].includes(definition.type);
/** Composites take no modifier at all, not even :missing: https://hl7.org/fhir/R4/search.html#modifiers */
const mayBeMissing = ({ definition }: ShapeStatics) => definition.type !== 'composite';

export const ANY_SHAPES: readonly Shape[] = [
  {
    id: 'or',
    title: 'values separated by a comma are a union',
    requirement: 'rule:or',
    applies: (statics) => statics.definition.multipleOr !== false && !isRange(statics),
    pick: union,
  },
  {
    id: 'or-range',
    title: 'values separated by a comma are a union',
    requirement: 'rule:or-range',
    applies: (statics) => statics.definition.multipleOr !== false && isRange(statics),
    pick: union,
  },
  {
    id: 'and',
    title: 'a repeated parameter is an intersection',
    requirement: 'rule:and',
    pick: (view, chooser) => intersection(view, chooser),
  },
  {
    id: 'missing-true',
    title: ':missing=true matches what has no value',
    requirement: 'rule:missing',
    applies: mayBeMissing,
    // Where everything has a value, a server that ignores the modifier still shows: it would find something.
    pick: (view, chooser) => missing(view, chooser, 'true'),
  },
  {
    id: 'missing-false',
    title: ':missing=false matches what has a value',
    requirement: 'rule:missing',
    applies: mayBeMissing,
    // Where everything has a value, a server that takes "false" for a value still shows: it would find nothing.
    pick: (view, chooser) => missing(view, chooser, 'false'),
  },
  {
    id: 'unknown-modifier',
    title: 'a modifier that does not exist is refused',
    requirement: 'rule:unsupported-modifier',
    run: (view, _, context) => refusal(context, view, `${view.definition.code}:scout-unknown`, 'fail', 'there is no modifier :scout-unknown'),
  },
  {
    id: 'foreign-modifier',
    title: 'a modifier of another parameter type is refused',
    requirement: 'rule:unsupported-modifier',
    // "Servers MAY support modifiers on types not defined in this specification": https://hl7.org/fhir/R5/search.html#modifiers
    versions: BEFORE_R5,
    run: (view, _, context) => {
      const modifier = view.definition.type === 'string' || view.definition.type === 'uri' ? 'not' : 'exact';
      return refusal(context, view, `${view.definition.code}:${modifier}`, 'fail', `:${modifier} is not defined for parameters of type ${view.definition.type}`);
    },
  },
  {
    id: 'missing-garbage',
    title: ':missing with neither true nor false is an error',
    requirement: 'rule:syntax-error',
    applies: mayBeMissing,
    run: missingGarbage,
  },
];

/** Where :missing breaks down whatever its value, that is not a matter of the value. */
async function missingGarbage(view: ParameterView, _: Chooser, context: TestContext): Promise<Judgement> {
  const name = `${view.definition.code}:missing`;
  const judged = await refusal(context, view, name, 'warn', ':missing takes true or false', 'scout');
  if (judged.requirement !== 'status-server-error') return judged;
  const plain = await context.search(view.type, [[name, 'true']]);
  return plain.trouble?.kind === 'failed' ? { ...judged, requirement: 'rule:missing', message: `${judged.message} So does ${name}=true: it is the modifier that breaks it.` } : judged;
}

function union(view: ParameterView, chooser: Chooser): Pick {
  const name = view.definition.code;
  const candidates = [...pairsOf(plainValues(view, chooser.base))].map(([a, b]): Pair[] => [[name, `${a},${b}`]]);
  // Both halves have to bring something that the other does not.
  const both = ({ pairs, must }: Outlook) => halves(pairs).every((half) => sizeOf(chooser, name, half) < must.size);
  const best = chooser.divide(candidates, both);
  if (best !== undefined) return { pairs: best.pairs };
  // Where two values are all there are, the union is everything: still a server that intersects them shows.
  const all = candidates.map((pairs) => chooser.outlook(pairs)).find(both);
  return all === undefined ? { needed: `two ${view.type} resources with different values in ${name}` } : { pairs: all.pairs, trap: true };
}

function missing(view: ParameterView, chooser: Chooser, value: 'true' | 'false'): Pick {
  const outlook = chooser.outlook([[`${view.definition.code}:missing`, value]]);
  const telling = value === 'true' ? outlook.mustNot > 0 : outlook.must.size > 0;
  return { pairs: outlook.pairs, trap: telling, wanting: `${withArticle(view.type)} with a value in ${view.definition.code}` };
}

async function refusal(context: TestContext, view: ParameterView, name: string, otherwise: 'fail' | 'warn', because: string, value?: string): Promise<Judgement> {
  const pairs: Pair[] = [[name, value ?? plainValues(view, context.known.index.base)[0] ?? 'scout']];
  const answer = await context.search(view.type, pairs, { firstPageOnly: true });
  return judgeRefusal({ fhirVersion: context.definitions.fhirVersion, type: view.type, pairs, answer, otherwise, because });
}

function halves(pairs: readonly Pair[]): string[] {
  return (pairs[0]?.[1] ?? '').split(/(?<!\\),/);
}

function sizeOf(chooser: Chooser, name: string, value: string): number {
  return chooser.outlook([[name, value]]).must.size;
}

/** Best: resources that have both values, beside some that have the one or the other. Else two that nothing has together. */
function intersection(view: ParameterView, chooser: Chooser): Pick {
  const name = view.definition.code;
  const byHolder = new Map<string, string[]>();
  for (const { holder, value } of heldValues(view, chooser.base)) byHolder.set(holder, distinct([...(byHolder.get(holder) ?? []), value]));
  const bothWays = ([a, b]: readonly [string, string]): Pair[][] => [
    [[name, a], [name, b]],
    [[name, b], [name, a]],
  ];
  const together = [...byHolder.values()].flatMap((values) => [...pairsOf(values)]).flatMap(bothWays);
  const overlap = chooser.divide(together, ({ pairs, must }) => pairs.some(([, value]) => sizeOf(chooser, name, value) > must.size));
  if (overlap !== undefined) return { pairs: overlap.pairs };
  for (const pairs of [...pairsOf(plainValues(view, chooser.base))].flatMap(bothWays)) {
    const { must, open } = chooser.outlook(pairs);
    if (must.size === 0 && open === 0 && pairs.every(([, value]) => sizeOf(chooser, name, value) > 0)) return { pairs, trap: true };
  }
  return { needed: `two ${view.type} resources with different values in ${name}` };
}
