/** The ways to search by a composite parameter: parts that belong together. https://hl7.org/fhir/R4/search.html#composite */
import { withArticle } from '../../../core/grammar';
import type { ParameterView } from '../../choose/parameter-view';
import { distinct } from '../../choose/values';
import type { Pair } from '../../gather/query';
import { divideOrAny } from './token';
import type { Shape, ShapeStatics } from './shape';

const isComposite = ({ definition }: ShapeStatics) => definition.type === 'composite';

/** Rows of which every part can be asked for. */
const whole = (view: ParameterView) => view.composites.filter(({ parts }) => parts.every((values) => values.length > 0));
const candidates = (view: ParameterView, values: readonly string[]): Pair[][] => distinct(values).map((value) => [[view.definition.code, value]]);
const joined = (parts: readonly (readonly string[])[]) => parts.map(([value]) => value).join('$');

/** Rows that are crossed with each other at most. */
const CROSSED = 12;

export const COMPOSITE_SHAPES: readonly Shape[] = [
  {
    id: 'parts',
    title: 'parts joined by $ find what has them together',
    requirement: 'rule:composite',
    applies: isComposite,
    pick: (view, chooser) => divideOrAny(chooser, candidates(view, whole(view).map(({ parts }) => joined(parts))), `two ${view.type} resources that differ in ${view.definition.code}`),
  },
  {
    id: 'crossed',
    title: 'parts that stand in different repetitions, or in different resources, do not match together',
    requirement: 'rule:composite',
    applies: isComposite,
    pick: (view, chooser) => {
      const rows = whole(view);
      // Two repetitions of one resource first: only there a server that joins the parts over the whole resource shows.
      const pairs = rows.flatMap((a) => rows.filter((b) => b !== a && b.holder === a.holder).map((b) => [a, b] as const));
      const others = rows.slice(0, CROSSED).flatMap((a) => rows.slice(0, CROSSED).filter((b) => b.holder !== a.holder).map((b) => [a, b] as const));
      for (const [a, b] of [...pairs, ...others]) {
        // A quantity without its unit as well: a server that converts units might find another one.
        for (const last of b.parts.at(-1)?.flatMap((value) => distinct([value, value.replace(/(?<!\\)\|.*$/, '')])) ?? []) {
          const trap = chooser.outlook([[view.definition.code, [...[...a.parts.slice(0, 1), ...b.parts.slice(1, -1)].map(([value]) => value), last].join('$')]]);
          if (trap.must.size === 0 && trap.open === 0) return { pairs: trap.pairs, trap: true };
        }
      }
      return { needed: `${withArticle(view.type)} with two different repetitions in ${view.definition.code}` };
    },
  },
];
