/** Included resources: _include, _revinclude and :iterate. https://hl7.org/fhir/R4/search.html#include */
import { withArticle } from '../../../core/grammar';
import { includes } from '../../../search/include';
import { parameterReading } from '../../choose/parameter-reading';
import type { SearchDefinitions } from '../../../search/types';
import type { Resource } from '../../../core/fhir';
import type { TestContext } from '../../context';
import { predictPairs } from '../../gather/predict-pairs';
import type { Pair } from '../../gather/query';
import { referencesIn } from '../../gather/references';
import { FOCUS } from '../../harvest';
import { noData } from '../../judge/judgements';
import { judgeIncludes } from '../../judge/includes';
import { needsSearch, type Judgement, type Need, type TestCase } from '../../test-case';
import { plainValues } from './any-parameter';
import { chooserOf, viewOf } from './shape';

interface IncludeWay {
  id: string;
  title: string;
  type: string;
  directives: readonly Pair[];
  needs: readonly Need[];
  /** Matches on each page; several pages show whether each stands alone. */
  count?: number;
}

/** Resources in the answer at most. */
const FEW = 6;

export function includeTests(definitions: SearchDefinitions): TestCase[] {
  const references = definitions.of(FOCUS).filter(({ type, code }) => type === 'reference' && !code.startsWith('_'));
  const ways: IncludeWay[] = [
    ...references.map(({ code }): IncludeWay => ({ id: `imagingstudy.${code}`, title: `_include=${FOCUS}:${code}`, type: FOCUS, directives: [['_include', `${FOCUS}:${code}`]], needs: needsSearch(FOCUS, code) })),
    { id: 'imagingstudy.target-type', title: `_include=${FOCUS}:subject:Patient brings patients alone`, type: FOCUS, directives: [['_include', `${FOCUS}:subject:Patient`]], needs: needsSearch(FOCUS, 'subject') },
    { id: 'imagingstudy.several', title: 'two _include together', type: FOCUS, directives: [['_include', `${FOCUS}:patient`], ['_include', `${FOCUS}:endpoint`]], needs: needsSearch(FOCUS, 'patient', 'endpoint') },
    { id: 'imagingstudy.each-page', title: 'each page has what its matches refer to', type: FOCUS, directives: [['_include', `${FOCUS}:endpoint`]], needs: needsSearch(FOCUS, 'endpoint'), count: 2 },
    {
      id: 'imagingstudy.iterate',
      title: '_include:iterate follows what was included',
      type: FOCUS,
      directives: [['_include', `${FOCUS}:endpoint`], ['_include:iterate', 'Endpoint:organization']],
      needs: [...needsSearch(FOCUS, 'endpoint'), ...needsSearch('Endpoint', 'organization')],
    },
    ...(['Patient', 'Endpoint', 'Practitioner', 'ServiceRequest'] as const).map((type): IncludeWay => {
      const code = { Patient: 'patient', Endpoint: 'endpoint', Practitioner: 'referrer', ServiceRequest: parameterReading(definitions, FOCUS, 'reference', 'basedOn') ?? 'basedon' }[type];
      return { id: `${type.toLowerCase()}.imagingstudy`, title: `_revinclude=${FOCUS}:${code} on ${type}`, type, directives: [['_revinclude', `${FOCUS}:${code}`]], needs: [...needsSearch(type), ...needsSearch(FOCUS, code)] };
    }),
  ];
  return ways.map((way): TestCase => ({
    id: `include.${way.id}`,
    title: `${way.type}: ${way.title}`,
    group: 'include',
    resourceType: way.type,
    requirement: way.directives[0]?.[0] === '_revinclude' ? 'search-revinclude' : 'rule:include',
    needs: way.needs,
    tags: [way.directives[0]?.[0] ?? ''],
    run: (context) => run(context, way),
  }));
}

async function run(context: TestContext, way: IncludeWay): Promise<Judgement> {
  const { index } = context.known;
  const directive = way.directives[0] as Pair;
  const chooser = chooserOf(context, way.type);
  // A few matches by id, some of which bring something with them: asked for by id, nothing else can be wrong.
  const { query: plain } = predictPairs(context, way.type, way.directives);
  const bringing: Resource[] = [];
  const others: Resource[] = [];
  for (const resource of index.all(way.type)) {
    (includes(index, plain, [resource]).length > 0 ? bringing : others).push(resource);
    if (bringing.length >= FEW - 1 && others.length > 0) break;
  }
  const chosen = [...bringing.slice(0, FEW - 1), ...others.slice(0, 1)];
  if (bringing.length === 0) return noData(`Needed: ${withArticle(way.type)} that brings something by ${directive[0]}=${directive[1]}.`);
  const ids = chosen.flatMap(({ id }) => id ?? []);
  const byIds = (asked: readonly string[]): Pair[] => [['_id', asked.join(',')], ...way.directives, ...(way.count === undefined ? [] : [['_count', String(way.count)] as const])];
  const selected = chooser.outlook([['_id', ids.join(',')]]).must.size > 0 ? byIds(ids) : fallbackPairs(context, way);
  const ask = async (pairs: readonly Pair[], fresh: boolean) => {
    const answer = await context.search(way.type, pairs, { fresh });
    const { query } = predictPairs(context, way.type, pairs);
    const judgement = judgeIncludes({ type: way.type, pairs, answer, declared: isDeclared(context, way), expected: (matches) => includes(index, query, matches), isAbsolute: (reference) => context.writing?.absolute.has(reference) === true || hasAbsolute(index.get(reference), index.base) });
    return { judgement, refused: answer.trouble?.kind === 'refused' };
  };
  const first = await ask(selected, false);
  if (first.judgement.verdict !== 'fail') return first.judgement;
  // Whether several ids can be joined is not what the test is about: a refusal has to show with one as well.
  return (await ask(first.refused && ids.length > 1 ? byIds(ids.slice(0, 1)) : selected, true)).judgement;
}

function hasAbsolute(resource: Resource | undefined, base: string): boolean {
  return resource !== undefined && referencesIn(resource).some(({ reference }) => reference.startsWith(`${base}/`));
}

/** Where ids cannot be asked for, any search of the type will do. */
function fallbackPairs(context: TestContext, way: IncludeWay): Pair[] {
  const definition = context.definitions.find(way.type, 'identifier');
  const value = definition === undefined ? undefined : plainValues(viewOf(context, way.type, definition), context.known.index.base)[0];
  return [...(value === undefined ? [] : [['identifier', value] as const]), ...way.directives];
}

function isDeclared({ declared }: TestContext, way: IncludeWay): boolean {
  const type = declared.types.get(way.type);
  return way.directives.every(([name, value]) => {
    const rows = name.startsWith('_revinclude') ? type?.revincludes : type?.includes;
    const stem = value.split(':').slice(0, 2).join(':');
    return rows?.some((row) => row === '*' || row === stem || row === value) === true && !name.endsWith(':iterate');
  });
}
