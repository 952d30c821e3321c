/** Several parameters together, the same search by POST, and reverse chains. https://hl7.org/fhir/R4/search.html#combining */
import { codingsOf } from '../../core/fhir';
import type { SearchDefinitions } from '../../search/types';
import type { Chooser } from '../choose/chooser';
import { parameterReading } from '../choose/parameter-reading';
import { distinct } from '../choose/values';
import type { TestContext } from '../context';
import { askSet } from '../gather/ask-set';
import type { Pair } from '../gather/query';
import { FOCUS } from '../harvest';
import { info, noData } from '../judge/judgements';
import type { RequirementKey } from '../requirements';
import { needsSearch, type Judgement, type TestCase } from '../test-case';
import { plainValues } from './search-any';
import { chooserOf, viewOf } from './shape';

const waysToCombine = (bodySite: string): readonly { id: string; title: string; parameters: readonly [string, string] }[] => [
  { id: 'modality-bodysite', title: 'a modality and a body site', parameters: ['modality', bodySite] },
  { id: 'patient-modality', title: 'a patient and a modality', parameters: ['patient', 'modality'] },
  { id: 'patient-started', title: 'a patient and a date', parameters: ['patient', 'started'] },
  { id: 'status-modality', title: 'a status and a modality', parameters: ['status', 'modality'] },
  { id: 'endpoint-modality', title: 'an endpoint and a modality', parameters: ['endpoint', 'modality'] },
  { id: 'patient-identifier', title: 'a patient and an identifier', parameters: ['patient', 'identifier'] },
];

/** Values of each parameter that are combined at most. */
const EACH = 12;

export function combinationTests(definitions: SearchDefinitions): TestCase[] {
  const bodySite = parameterReading(definitions, FOCUS, 'token', 'series.bodySite') ?? 'bodysite';
  return [
    ...waysToCombine(bodySite).map(({ id, title, parameters }): TestCase => ({
      id: `combination.imagingstudy.${id}`,
      title: `${FOCUS}: ${title} together are an intersection`,
      group: 'combination',
      resourceType: FOCUS,
      requirement: 'rule:and',
      needs: needsSearch(FOCUS, ...parameters),
      tags: ['and'],
      run: (context) => together(context, parameters),
    })),
    {
      id: 'combination.imagingstudy.different-series',
      title: `${FOCUS}: modality and body site may match in different series`,
      group: 'combination',
      resourceType: FOCUS,
      requirement: 'rule:and',
      needs: needsSearch(FOCUS, 'modality', bodySite),
      tags: ['and'],
      run: (context) => differentSeries(context, bodySite),
    },
    {
      id: 'combination.imagingstudy.list',
      title: `${FOCUS}: _list finds what a List refers to`,
      group: 'combination',
      resourceType: FOCUS,
      requirement: 'rule:list',
      needs: needsSearch(FOCUS, '_list'),
      tags: ['_list'],
      run: (context) => {
        const lists = context.known.index.all('List').flatMap(({ id }) => (id === undefined ? [] : [[['_list', id] satisfies Pair]]));
        const best = chooserOf(context, FOCUS).divide(lists);
        return best === undefined ? Promise.resolve(noData('Needed: a List that refers to some of the studies.')) : askSet(context, { type: FOCUS, pairs: best.pairs });
      },
    },
    ...postTests(),
    ...hasTests(),
  ];
}

function together(context: TestContext, [first, second]: readonly [string, string]): Promise<Judgement> {
  const chooser = chooserOf(context, FOCUS);
  const [left, right] = [first, second].map((code) => valuesOf(context, FOCUS, code).slice(0, EACH)) as [string[], string[]];
  const candidates = left.flatMap((a) => right.map((b): Pair[] => [[first, a], [second, b]]));
  // Each parameter has to leave out something that the other lets through.
  const best = chooser.divide(candidates, ({ pairs, must }) => pairs.every((pair) => chooser.outlook([pair]).must.size > must.size)) ?? chooser.divide(candidates);
  if (best === undefined) return Promise.resolve(noData(`Needed: studies that differ in ${first} and in ${second}.`));
  return askSet(context, { type: FOCUS, pairs: best.pairs });
}

function valuesOf(context: TestContext, type: string, code: string): string[] {
  const definition = context.definitions.find(type, code);
  return definition === undefined ? [] : plainValues(viewOf(context, type, definition), context.known.index.base);
}

/** A study whose one series has the modality and whose other series has the body site: AND is over resources, not over series. */
function differentSeries(context: TestContext, bodySite: string): Promise<Judgement> {
  const chooser = chooserOf(context, FOCUS);
  const pairs: Pair[][] = [];
  for (const study of context.known.index.all(FOCUS)) {
    const series = Array.isArray(study['series']) ? (study['series'] as { modality?: unknown; bodySite?: unknown }[]).map((row) => ({ modality: codingsOf(row.modality)[0], bodySite: codingsOf(row.bodySite)[0] })) : [];
    for (const a of series) {
      for (const b of series) {
        if (a.modality?.code === undefined || b.bodySite?.code === undefined) continue;
        const sameSeries = series.some((row) => row.modality?.code === a.modality?.code && row.bodySite?.code === b.bodySite?.code);
        if (!sameSeries) pairs.push([['modality', a.modality.code], [bodySite, b.bodySite.code]]);
      }
    }
  }
  const best = chooser.divide(pairs);
  if (best === undefined) return Promise.resolve(noData('Needed: a study with a modality in one series and a body site in another series only, and a study without.'));
  return askSet(context, { type: FOCUS, pairs: best.pairs });
}

interface PostWay {
  id: string;
  title: string;
  requirement: RequirementKey;
  parameters: readonly string[];
  candidates(context: TestContext, chooser: Chooser): Pair[][];
  /** How many of the parameters travel in the URL instead of the body. */
  inUrl?: number;
}

function postTests(): TestCase[] {
  const ways: readonly PostWay[] = [
    { id: 'token', title: 'by a code', requirement: 'search-post', parameters: ['modality'], candidates: (context) => valuesOf(context, FOCUS, 'modality').map((value) => [['modality', value]]) },
    { id: 'system-code', title: 'by system|code', requirement: 'search-post', parameters: ['identifier'], candidates: (context) => studyUids(context).map((value) => [['identifier', value]]) },
    { id: 'reference', title: 'by a reference', requirement: 'search-post', parameters: ['patient'], candidates: (context) => valuesOf(context, FOCUS, 'patient').map((value) => [['patient', value]]) },
    { id: 'date', title: 'by a date', requirement: 'search-post', parameters: ['started'], candidates: (context) => valuesOf(context, FOCUS, 'started').map((value) => [['started', `ge${value}`]]) },
    { id: 'modifier', title: 'with a modifier', requirement: 'search-post', parameters: ['modality'], candidates: (context) => valuesOf(context, FOCUS, 'modality').map((value) => [['modality:not', value]]) },
    {
      id: 'merge',
      title: 'with one parameter in the URL and one in the body',
      requirement: 'search-post-merge',
      parameters: ['patient', 'modality'],
      inUrl: 1,
      candidates: (context) => valuesOf(context, FOCUS, 'patient').slice(0, EACH).flatMap((patient) => valuesOf(context, FOCUS, 'modality').slice(0, EACH).map((modality): Pair[] => [['patient', patient], ['modality', modality]])),
    },
  ];
  return ways.map((way): TestCase => ({
    id: `combination.imagingstudy.post-${way.id}`,
    title: `${FOCUS}: a search by POST ${way.title}`,
    group: 'combination',
    resourceType: FOCUS,
    requirement: way.requirement,
    needs: needsSearch(FOCUS, ...way.parameters),
    tags: ['post'],
    run: (context) => byPost(context, way),
  }));
}

async function byPost(context: TestContext, way: PostWay): Promise<Judgement> {
  const chooser = chooserOf(context, FOCUS);
  const apart = way.inUrl === undefined ? undefined : (outlook: { pairs: readonly Pair[]; must: ReadonlySet<string> }) => outlook.pairs.every((pair) => chooser.outlook([pair]).must.size > outlook.must.size);
  const best = chooser.divide(way.candidates(context, chooser), apart);
  if (best === undefined) return noData(`Needed: studies that differ in ${way.parameters.join(' and in ')}.`);
  const inUrl = way.inUrl ?? 0;
  const judged = await askSet(context, { type: FOCUS, pairs: best.pairs, options: { method: 'POST', ...(inUrl === 0 ? {} : { inUrl }) } });
  const status = judged.decisive?.response?.status;
  // A server may take searches by one of the two methods only.
  return status === 405 || status === 501 ? info(`A search by POST is answered by ${status}: this server takes searches by GET only.`, judged.decisive) : judged;
}

function studyUids(context: TestContext): string[] {
  return distinct(
    context.known.index.all(FOCUS).flatMap((study) =>
      (Array.isArray(study['identifier']) ? (study['identifier'] as { system?: string; value?: string }[]) : []).flatMap(({ system, value }) => (system === undefined || value === undefined ? [] : [`${system}|${value}`])),
    ),
  );
}

function hasTests(): TestCase[] {
  const ways = [
    { type: 'Patient', reference: 'patient', end: 'modality' },
    { type: 'Endpoint', reference: 'endpoint', end: 'modality' },
    { type: 'Practitioner', reference: 'referrer', end: 'modality' },
  ] as const;
  return ways.map(({ type, reference, end }): TestCase => ({
    id: `combination.${type.toLowerCase()}.has-imagingstudy`,
    title: `${type}: _has by ${end} of the studies that refer to it`,
    group: 'combination',
    resourceType: type,
    requirement: 'rule:has',
    needs: [...needsSearch(type), ...needsSearch(FOCUS, reference, end)],
    tags: ['_has', 'chain'],
    run: (context) => {
      const { complete, why } = context.known.completeness(FOCUS);
      if (!complete) return Promise.resolve(noData(`Needed: all studies, to know which ${type} resources none refers to (${why ?? 'not all are known'}).`));
      const chooser = chooserOf(context, type);
      const best = chooser.divide(valuesOf(context, FOCUS, end).map((value): Pair[] => [[`_has:${FOCUS}:${reference}:${end}`, value]]));
      if (best === undefined) return Promise.resolve(noData(`Needed: ${type} resources, one of them referred to by a study with some ${end}.`));
      return askSet(context, { type, pairs: best.pairs });
    },
  }));
}
