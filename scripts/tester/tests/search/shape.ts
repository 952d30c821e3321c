/** What a shape of search is (a way to use a parameter), and how a shape becomes a test of one parameter of one type. */
import type { SearchParameterDefinition } from '../../../search/types';
import { createChooser, type Chooser } from '../../choose/chooser';
import { parameterView, type ParameterView } from '../../choose/parameter-view';
import type { TestContext } from '../../context';
import { askSet, type SetQuery } from '../../gather/ask-set';
import { predictPairs } from '../../gather/predict-pairs';
import { noData } from '../../judge/judgements';
import type { RequirementKey } from '../../requirements';
import { needsSearch, type Judgement, type TestCase } from '../../test-case';

/** The query that a shape makes of the data, or what the data would have to hold. */
export type Pick = Omit<SetQuery, 'type'> | { needed: string };

export interface ShapeStatics {
  type: string;
  definition: SearchParameterDefinition;
  /** FHIR types of the elements that the parameter reads. */
  kinds: ReadonlySet<string>;
}

export interface Shape {
  /** Last part of the test's id. */
  readonly id: string;
  /** Completes `ImagingStudy.modality: ...`. */
  readonly title: string;
  readonly requirement: RequirementKey;
  readonly tags?: readonly string[];
  /** Media type versions of FHIR in which it holds; absent where it does in all. */
  readonly versions?: readonly string[];
  /** Whether the shape makes sense for a parameter; decided without any data. */
  readonly applies?: (statics: ShapeStatics) => boolean;
  /** Chooses values from the data. */
  pick?(view: ParameterView, chooser: Chooser, context: TestContext): Pick;
  /** For shapes that ask more than one question, or expect a refusal. */
  run?(view: ParameterView, chooser: Chooser, context: TestContext): Promise<Judgement>;
}

/** Id of all tests of a parameter, without the shape: `search.imagingstudy.modality`. */
export function parameterTestId(type: string, code: string): string {
  return `search.${type.toLowerCase()}.${code.toLowerCase()}`;
}

export function shapeTest(shape: Shape, { type, definition }: ShapeStatics): TestCase {
  return {
    id: `${parameterTestId(type, definition.code)}.${shape.id}`,
    title: `${type}.${definition.code}: ${shape.title}`,
    group: 'search',
    resourceType: type,
    requirement: shape.requirement,
    ...(shape.versions === undefined ? {} : { versions: shape.versions }),
    needs: needsSearch(type, definition.code),
    tags: [definition.type, shape.id, definition.code, ...(shape.tags ?? [])],
    run: (context) => runShape(shape, type, definition, context),
  };
}

async function runShape(shape: Shape, type: string, definition: SearchParameterDefinition, context: TestContext): Promise<Judgement> {
  const view = viewOf(context, type, definition);
  const chooser = chooserOf(context, type);
  if (shape.run !== undefined) return shape.run(view, chooser, context);
  const pick = shape.pick?.(view, chooser, context) ?? { needed: 'a value to search by' };
  if ('needed' in pick) return noData(`Needed: ${pick.needed}.`);
  return askSet(context, { type, ...pick });
}

const views = new WeakMap<object, Map<string, ParameterView>>();
const choosers = new WeakMap<object, Map<string, Chooser>>();

/** The values of a parameter, read once for all tests of a run. */
export function viewOf(context: TestContext, type: string, definition: SearchParameterDefinition): ParameterView {
  return remembered(views, context.known, `${type}.${definition.code}`, () => parameterView(context.known, context.definitions, type, definition));
}

/** The chooser of a type, with what it has found out already. */
export function chooserOf(context: TestContext, type: string): Chooser {
  const { known, definitions } = context;
  return remembered(choosers, known, type, () =>
    createChooser(type, known.index.all(type).length, definitions, known.index.base, (searched, pairs) => predictPairs(context, searched, pairs).prediction),
  );
}

function remembered<T>(store: WeakMap<object, Map<string, T>>, owner: object, key: string, make: () => T): T {
  let map = store.get(owner);
  if (map === undefined) store.set(owner, (map = new Map<string, T>()));
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
