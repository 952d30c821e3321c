/** The ways to search by string and uri parameters. https://hl7.org/fhir/R4/search.html#string */
import type { ParameterView } from '../choose/parameter-view';
import { distinct, escaped } from '../choose/values';
import type { Pair } from '../gather/query';
import { divideOrAny } from './search-token';
import type { Shape, ShapeStatics } from './shape';

const isString = ({ definition }: ShapeStatics) => definition.type === 'string';
const isUri = ({ definition }: ShapeStatics) => definition.type === 'uri';

const values = (view: ParameterView) => distinct(view.texts.map(({ text }) => text).filter((text) => text.trim().length > 1));
const needed = (view: ParameterView) => `two ${view.type} resources with different values in ${view.definition.code}`;
const candidates = (name: string, texts: readonly string[]): Pair[][] => distinct(texts).map((text) => [[name, escaped(text)]]);

export const TEXT_SHAPES: readonly Shape[] = [
  {
    id: 'start',
    title: 'a string is found by its start',
    requirement: 'rule:string-start',
    applies: isString,
    pick: (view, chooser) => divideOrAny(chooser, candidates(view.definition.code, values(view).map((text) => text.slice(0, Math.max(2, Math.ceil(text.length / 2))))), needed(view)),
  },
  {
    id: 'case',
    title: 'upper and lower case are the same',
    requirement: 'rule:string-start',
    applies: isString,
    pick: (view, chooser) => {
      const swapped = values(view).map((text) => (text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase()));
      return divideOrAny(chooser, candidates(view.definition.code, swapped.filter((text) => !values(view).includes(text))), needed(view));
    },
  },
  {
    id: 'accent',
    title: 'accents do not count',
    requirement: 'rule:string-start',
    applies: isString,
    pick: (view, chooser) => {
      const plain = values(view).filter((text) => text !== bare(text)).map(bare);
      return divideOrAny(chooser, candidates(view.definition.code, plain), `a ${view.type} with an accent in ${view.definition.code}`);
    },
  },
  {
    id: 'exact',
    title: ':exact finds the whole string alone',
    requirement: 'rule:string-exact',
    applies: isString,
    pick: (view, chooser) => divideOrAny(chooser, candidates(`${view.definition.code}:exact`, values(view)), needed(view)),
  },
  {
    id: 'exact-part',
    title: ':exact does not find a part',
    requirement: 'rule:string-exact',
    applies: isString,
    pick: (view, chooser) => {
      for (const text of values(view).filter((value) => value.length > 3)) {
        const trap = chooser.outlook([[`${view.definition.code}:exact`, escaped(text.slice(0, -1).trimEnd())]]);
        if (trap.must.size === 0 && trap.open === 0) return { pairs: trap.pairs, trap: true };
      }
      return { needed: `a ${view.type} with a value in ${view.definition.code}` };
    },
  },
  {
    id: 'contains',
    title: ':contains finds the text anywhere',
    requirement: 'rule:string-contains',
    applies: isString,
    pick: (view, chooser) => {
      const inner = values(view).filter((text) => text.length > 3).map((text) => text.slice(1, -1).trim());
      return divideOrAny(chooser, candidates(`${view.definition.code}:contains`, inner), needed(view));
    },
  },
  {
    id: 'whole',
    title: 'a uri matches whole',
    requirement: 'rule:uri',
    applies: isUri,
    pick: (view, chooser) => divideOrAny(chooser, candidates(view.definition.code, values(view)), needed(view)),
  },
  {
    id: 'part',
    title: 'a part of a uri matches nothing',
    requirement: 'rule:uri',
    applies: isUri,
    pick: (view, chooser) => {
      for (const text of values(view)) {
        const trap = chooser.outlook([[view.definition.code, escaped(text.slice(0, -1))]]);
        if (trap.must.size === 0 && trap.open === 0) return { pairs: trap.pairs, trap: true };
      }
      return { needed: `a ${view.type} with a value in ${view.definition.code}` };
    },
  },
];

function bare(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '');
}
