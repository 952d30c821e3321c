/** The ways to search by number and quantity parameters. https://hl7.org/fhir/R4/search.html#number, #quantity */
import { withArticle } from '../../../core/grammar';
import { escapeValue } from '../../../search/escaping';
import type { Chooser, Outlook } from '../../choose/chooser';
import type { ParameterView, SeenAmount } from '../../choose/parameter-view';
import { distinct, FOREIGN_SYSTEM } from '../../choose/values';
import { writtenAmount } from '../../choose/written-value';
import type { Pair } from '../../gather/query';
import { judgeRefusal } from '../../judge/refusal';
import type { RequirementKey } from '../../requirements';
import { divideOrAny } from './token';
import type { Pick, Shape, ShapeStatics } from './shape';

const isAmount = ({ definition }: ShapeStatics) => definition.type === 'number' || definition.type === 'quantity';
const isQuantity = ({ definition }: ShapeStatics) => definition.type === 'quantity';

const needed = (view: ParameterView) => `two ${view.type} resources with different numbers in ${view.definition.code}`;
const numbers = (view: ParameterView) => distinct(view.amounts.map(({ number }) => number));
const candidates = (view: ParameterView, values: readonly string[], prefix = ''): Pair[][] => distinct(values).map((value) => [[view.definition.code, `${prefix}${value}`]]);

/** The number without its last digit after the point: 0.52 becomes 0.5. */
function coarser(number: string): string[] {
  return /^-?\d+\.\d+$/.test(number) ? [number.slice(0, -1).replace(/\.$/, '')] : [];
}

/** 0.52 becomes 52e-2: the same digits, so the same precision. */
function exponential(number: string): string[] {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)\.(\d+)$/.exec(number) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  return fraction === '' || digits === '' ? [] : [`${sign}${digits}e-${fraction.length}`];
}

const COMPARISONS: readonly { prefix: string; title: string; requirement: RequirementKey }[] = [
  { prefix: 'ne', title: 'ne leaves out what eq finds', requirement: 'rule:number-eq' },
  { prefix: 'gt', title: 'gt finds what is greater', requirement: 'rule:number-compare' },
  { prefix: 'lt', title: 'lt finds what is less', requirement: 'rule:number-compare' },
  { prefix: 'ge', title: 'ge finds the number itself and what is greater', requirement: 'rule:number-compare' },
  { prefix: 'le', title: 'le finds the number itself and what is less', requirement: 'rule:number-compare' },
  { prefix: 'sa', title: 'sa finds what is greater', requirement: 'rule:number-compare' },
  { prefix: 'eb', title: 'eb finds what is less', requirement: 'rule:number-compare' },
  { prefix: 'ap', title: 'ap finds what is certainly near, and not what is far', requirement: 'rule:number-ap' },
];

export const NUMBER_SHAPES: readonly Shape[] = [
  {
    id: 'number',
    title: 'a number finds the values that are equal to it',
    requirement: 'rule:number-eq',
    applies: isAmount,
    pick: (view, chooser) => divideOrAny(chooser, candidates(view, numbers(view)), needed(view)),
  },
  {
    id: 'coarse',
    title: 'a number of fewer digits finds the values within half a unit of its last digit',
    requirement: 'rule:number-eq',
    applies: isAmount,
    pick: (view, chooser) => withHolder(view, chooser, '', coarser, `${withArticle(view.type)} with a number such as 0.52 in ${view.definition.code}, and another one`),
  },
  {
    id: 'exponent',
    title: 'a number may be written with an exponent',
    requirement: 'rule:number-eq',
    applies: isAmount,
    pick: (view, chooser) => divideOrAny(chooser, candidates(view, numbers(view).flatMap(exponential)), `two ${view.type} resources with different decimal numbers in ${view.definition.code}`),
  },
  ...COMPARISONS.map(({ prefix, title, requirement }): Shape => ({
    id: `number-${prefix}`,
    title,
    requirement,
    tags: [prefix],
    applies: isAmount,
    pick: (view, chooser) => divideOrAny(chooser, candidates(view, numbers(view), prefix), needed(view)),
  })),
  {
    id: 'gt-exact',
    title: 'gt compares with the number itself, its precision ignored',
    requirement: 'rule:number-compare',
    applies: isAmount,
    pick: (view, chooser) => withHolder(view, chooser, 'gt', coarser, `${withArticle(view.type)} with a number such as 0.52 in ${view.definition.code}, and another one`),
  },
  {
    id: 'no-number',
    title: 'a number that is none is an error',
    requirement: 'rule:syntax-error',
    applies: isAmount,
    run: async (view, _, context) => {
      const pairs: Pair[] = [[view.definition.code, 'scout']];
      const answer = await context.search(view.type, pairs, { firstPageOnly: true });
      return judgeRefusal({ fhirVersion: context.definitions.fhirVersion, type: view.type, pairs, answer, otherwise: 'warn', because: '"scout" is no number' });
    },
  },
  {
    id: 'unit',
    title: 'number|system|code finds the quantity with that unit alone',
    requirement: 'rule:quantity-unit',
    applies: isQuantity,
    pick: (view, chooser) => unit(view, chooser, ({ number, system, code }) => (system === undefined || code === undefined ? undefined : writtenAmount(number, system, code))),
  },
  {
    id: 'unit-code',
    title: 'number||code finds the unit by its code or by its text',
    requirement: 'rule:quantity-unit',
    applies: isQuantity,
    pick: (view, chooser) => unit(view, chooser, ({ number, code, unit: text }) => ((code ?? text) === undefined ? undefined : `${number}||${escapeValue(code ?? text ?? '')}`)),
  },
  {
    id: 'unit-text',
    title: 'number||text finds a unit that is not coded by its text',
    requirement: 'rule:quantity-unit',
    applies: isQuantity,
    pick: (view, chooser) => {
      const uncoded = view.amounts.filter(({ code, unit: text }) => code === undefined && text !== undefined);
      return divideOrAny(chooser, candidates(view, uncoded.map(({ number, unit: text = '' }) => `${number}||${escapeValue(text)}`)), `${withArticle(view.type)} whose ${view.definition.code} has a unit without a code`);
    },
  },
  {
    id: 'other-unit',
    title: 'the number under a unit of another system matches nothing',
    requirement: 'rule:quantity-unit',
    applies: isQuantity,
    pick: (view, chooser) => {
      const traps = candidates(view, view.amounts.map(({ number, code = 'x' }) => `${number}|${escapeValue(FOREIGN_SYSTEM)}|${escapeValue(code)}`)).map((pairs) => chooser.outlook(pairs));
      const trap = traps.find(({ must, open, mustNot }) => must.size === 0 && open === 0 && mustNot > 0);
      return trap === undefined ? { needed: `${withArticle(view.type)} with a number in ${view.definition.code}` } : { pairs: trap.pairs, trap: true };
    },
  },
  {
    id: 'unit-compare',
    title: 'a comparison with a unit leaves out other units',
    requirement: 'rule:quantity-unit',
    applies: isQuantity,
    pick: (view, chooser) => unit(view, chooser, ({ number, system, code }) => (system === undefined || code === undefined ? undefined : `ge${writtenAmount(number, system, code)}`)),
  },
];

/** A query made of a value that must find that very value, though it is not written so. */
function withHolder(view: ParameterView, chooser: Chooser, prefix: string, write: (number: string) => readonly string[], lacking: string): Pick {
  const found: Outlook[] = view.amounts.flatMap(({ holder, number }) =>
    write(number)
      .filter((written) => Number(written) !== Number(number))
      .map((written) => chooser.outlook([[view.definition.code, `${prefix}${written}`]]))
      .filter(({ must, mustNot }) => must.has(holder) && mustNot > 0),
  );
  const best = chooser.divide(found.map(({ pairs }) => pairs));
  return best === undefined ? { needed: lacking } : { pairs: best.pairs };
}

/** A number under a unit where the number alone would find more: only that shows whether the unit counts. */
function unit(view: ParameterView, chooser: Chooser, write: (amount: SeenAmount) => string | undefined): Pick {
  const name = view.definition.code;
  const values = distinct(view.amounts.flatMap((amount) => write(amount) ?? []));
  const alone = (pairs: readonly Pair[]) => chooser.outlook([[name, pairs[0]?.[1].split('|')[0] ?? '']]).must.size;
  const best = chooser.divide(candidates(view, values), ({ pairs, must }) => alone(pairs) > must.size);
  return best ?? divideOrAny(chooser, candidates(view, values), `two ${view.type} resources with the same number and different units in ${name}`);
}
