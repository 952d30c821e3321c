/** Combinations in which servers lose a criterion that they honour alone: three or four at a time, beside a modifier, a sort order or an include, in a chain. https://hl7.org/fhir/R4/search.html#combining */
import { codingsOf, type Resource } from '../../../core/fhir';
import { isObject } from '../../../core/json';
import { itemsOf, textOf } from '../../../search/json';
import { escapeValue } from '../../../search/escaping';
import type { SearchDefinitions } from '../../../search/types';
import type { Chooser, Outlook } from '../../choose/chooser';
import { cutTo } from '../../choose/date-forms';
import { parameterReading } from '../../choose/parameter-reading';
import { distinct } from '../../choose/values';
import type { TestContext } from '../../context';
import { askSet } from '../../gather/ask-set';
import { ownerOf } from '../../gather/owner';
import type { Pair } from '../../gather/query';
import { FOCUS } from '../../harvest';
import { noData } from '../../judge/judgements';
import type { RequirementKey } from '../../requirements';
import { needsSearch, type Judgement, type TestCase } from '../../test-case';
import { valuesOf } from './any-parameter';
import { chooserOf } from './shape';

interface Way {
  id: string;
  title: string;
  requirement: RequirementKey;
  parameters: readonly string[];
  tags?: readonly string[];
  candidates(context: TestContext, chooser: Chooser): Pair[][];
  /** The same with one criterion more, in several ways: asked instead where the data has each of them count. */
  further?: (context: TestContext) => Pair[][][];
  /** What has to be lost for the test to see it: each list of pairs finds more than the whole. */
  without?: (pairs: readonly Pair[]) => readonly (readonly Pair[])[];
  /** Parameters that steer the answer and must not change what matches. */
  extra?: readonly Pair[];
}

/** Parameters that some studies have a value in, and others have none. */
const OFTEN_MISSING = ['referrer', 'endpoint', 'basedon', 'based-on', 'reason', 'encounter', 'started'];

/** Values of each parameter that are combined at most. */
const EACH = 6;

/** What is asked for beside patient, modality and date, with what a study has of it; a body site need not be that of the series with the modality. */
const FOURTH = (bodySite: string): readonly { code: string; read: (study: Resource) => string[] }[] => [
  { code: bodySite, read: (study) => distinct(itemsOf(study['series']).filter(isObject).flatMap((series) => codingsOf(series['bodySite'])[0]?.code ?? [])) },
  { code: 'endpoint', read: (study) => distinct(itemsOf(study['endpoint']).filter(isObject).flatMap(({ reference }) => textOf(reference) ?? [])) },
  { code: 'status', read: (study) => [study['status']].flatMap((status) => textOf(status) ?? []) },
];

export function moreCombinationTests(definitions: SearchDefinitions): TestCase[] {
  const bodySite = parameterReading(definitions, FOCUS, 'token', 'series.bodySite') ?? 'bodysite';
  const ways: readonly Way[] = [
    {
      id: 'three',
      title: 'a patient, a modality and a date, and a fourth parameter where the data allows, are an intersection',
      requirement: 'rule:and',
      parameters: ['patient', 'modality', 'started'],
      candidates: (context) => context.known.index.all(FOCUS).flatMap(triple),
      further: (context) => {
        const studies = ofBusyPatients(context);
        return FOURTH(bodySite).filter(({ code }) => context.declared.searchParam(FOCUS, code)).map(({ code, read }) => studies.flatMap((study) => triple(study).flatMap((three) => read(study).map((value): Pair[] => [...three, [code, escapeValue(value)]]))));
      },
    },
    {
      id: 'not-beside',
      title: 'a modality to be left out counts beside a patient',
      requirement: 'rule:and',
      parameters: ['patient', 'modality'],
      tags: ['not'],
      candidates: (context) => each(context, 'patient', (patient) => each(context, 'modality', (modality): Pair[][] => [[['patient', patient], ['modality:not', modality]]])),
    },
    {
      id: 'missing-beside',
      title: ':missing counts beside another parameter, and the other beside it',
      requirement: 'rule:and',
      parameters: ['modality'],
      tags: ['missing'],
      candidates: (context) =>
        OFTEN_MISSING.filter((code) => context.declared.searchParam(FOCUS, code)).flatMap((code) => ['true', 'false'].flatMap((value) => each(context, 'modality', (modality): Pair[][] => [[[`${code}:missing`, value], ['modality', modality]]]))),
    },
    ...[
      { id: 'sorted', title: 'two parameters keep their matches where _sort is asked for', extra: [['_sort', '-started']] satisfies Pair[] },
      { id: 'included', title: 'two parameters keep their matches where _include is asked for', extra: [['_include', `${FOCUS}:patient`]] satisfies Pair[] },
    ].map(({ id, title, extra }): Way => ({
      id,
      title,
      extra,
      requirement: 'rule:and',
      parameters: ['patient', 'modality'],
      candidates: (context) => each(context, 'patient', (patient) => each(context, 'modality', (modality): Pair[][] => [[['patient', patient], ['modality', modality]]])),
    })),
    {
      id: 'chain-modifier',
      title: 'a modifier at the end of a chain counts',
      requirement: 'rule:chain',
      parameters: ['patient'],
      tags: ['chain', 'exact'],
      candidates: (context) => valuesOf(context, 'Patient', 'family').map((family): Pair[] => [['patient.family:exact', family]]),
      without: (pairs) => [pairs.map(([name, value]): Pair => [name.replace(':exact', ''), value])],
    },
  ];
  return ways.map((way): TestCase => ({
    id: `combination.imagingstudy.${way.id}`,
    title: `${FOCUS}: ${way.title}`,
    group: 'combination',
    resourceType: FOCUS,
    requirement: way.requirement,
    needs: [...needsSearch(FOCUS, ...way.parameters), ...(way.id === 'chain-modifier' ? needsSearch('Patient', 'family') : [])],
    tags: way.tags ?? ['and'],
    run: (context) => together(context, way),
  }));
}

async function together(context: TestContext, way: Way): Promise<Judgement> {
  const chooser = chooserOf(context, FOCUS);
  const parts = way.without ?? ((pairs: readonly Pair[]) => pairs.map((_, i) => pairs.filter((_other, j) => i !== j)));
  // Whichever criterion a server loses, it has to find more than it may.
  const eachCounts = ({ pairs, must }: Outlook) => parts(pairs).every((fewer) => chooser.outlook([...fewer]).must.size > must.size);
  const ways = [...(way.further?.(context) ?? []), way.candidates(context, chooser)];
  const best = firstOf(ways, (candidates) => chooser.divide(candidates, eachCounts));
  if (best === undefined) return noData(`Needed: studies that differ in ${way.parameters.join(' and in ')}, so that each criterion leaves out some that the others let through.`);
  // A server need not sort or include; refusing is honest.
  return askSet(context, { type: FOCUS, pairs: [...best.pairs, ...(way.extra ?? [])], ...(way.extra === undefined ? {} : { refusal: 'info' }) });
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function each(context: TestContext, code: string, pairs: (value: string) => Pair[][]): Pair[][] {
  return valuesOf(context, FOCUS, code).slice(0, EACH).flatMap(pairs);
}

/** The patient, a modality and the time of one study: what all three select is there. */
function triple(study: Resource): Pair[][] {
  const patient = isObject(study['subject']) ? textOf(study['subject']['reference']) : undefined;
  const started = typeof study['started'] === 'string' ? (cutTo(study['started'], 'second') ?? cutTo(study['started'], 'day')) : undefined;
  const codes = distinct(itemsOf(study['series']).filter(isObject).flatMap(({ modality }) => codingsOf(modality)[0]?.code ?? []));
  if (patient === undefined || started === undefined) return [];
  return codes.flatMap((code) => ['ge', 'le'].map((prefix): Pair[] => [['patient', patient], ['modality', code], ['started', `${prefix}${started}`]]));
}

/** Those of patients with many studies first: among them each criterion is likeliest to count. */
function ofBusyPatients(context: TestContext): Resource[] {
  const studies = context.known.index.all(FOCUS);
  const counts = new Map<string, number>();
  const owner = (study: Resource) => ownerOf(study, context.client.base) ?? '';
  for (const study of studies) counts.set(owner(study), (counts.get(owner(study)) ?? 0) + 1);
  return [...studies].sort((a, b) => (counts.get(owner(b)) ?? 0) - (counts.get(owner(a)) ?? 0));
}
