/** Several parameters together, and reverse chains. https://hl7.org/fhir/R4/search.html#combining */
import { codingsOf } from '../../../core/fhir';
import { isObject } from '../../../core/json';
import { itemsOf } from '../../../search/json';
import type { SearchDefinitions } from '../../../search/types';
import { parameterReading } from '../../choose/parameter-reading';
import type { TestContext } from '../../context';
import { askSet } from '../../gather/ask-set';
import type { Pair } from '../../gather/query';
import { FOCUS } from '../../harvest';
import { noData } from '../../judge/judgements';
import { needsSearch, type Judgement, type TestCase } from '../../test-case';
import { valuesOf } from './any-parameter';
import { reverseGround } from './reverse-ground';
import { chooserOf } from './shape';

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

/** A study whose one series has the modality and whose other series has the body site: AND is over resources, not over series. */
function differentSeries(context: TestContext, bodySite: string): Promise<Judgement> {
  const chooser = chooserOf(context, FOCUS);
  const pairs: Pair[][] = [];
  for (const study of context.known.index.all(FOCUS)) {
    const series = itemsOf(study['series']).filter(isObject).map((row) => ({ modality: codingsOf(row['modality'])[0], bodySite: codingsOf(row['bodySite'])[0] }));
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
    run: async (context) => {
      const ground = await reverseGround(context, type, FOCUS, reference);
      if (ground === undefined) return noData(`Needed: all studies, to know which ${type} resources none refers to (${context.known.completeness(FOCUS).why ?? 'not all are known'}).`);
      const best = ground.chooser.divide(valuesOf(context, FOCUS, end).map((value): Pair[] => [[`_has:${FOCUS}:${reference}:${end}`, value]]));
      return best === undefined ? noData(`Needed: ${type} resources, one of them referred to by a study with some ${end}.`) : ground.ask(best.pairs);
    },
  }));
}
