/** Chains and reverse chains where servers give up: two steps deep, one in the other, two at a time, beside other criteria, with several values. https://hl7.org/fhir/R4/search.html#chaining */
import type { TestContext } from '../../context';
import { distinct } from '../../choose/values';
import type { Chooser, Outlook } from '../../choose/chooser';
import { askSet } from '../../gather/ask-set';
import type { Pair } from '../../gather/query';
import { FOCUS } from '../../harvest';
import { noData } from '../../judge/judgements';
import { localKey } from '../../../search/reference-target';
import type { RequirementKey } from '../../requirements';
import { needsSearch, type Judgement, type Need, type TestCase } from '../../test-case';
import { plainValues, valuesOf } from './any-parameter';
import { CHAINED, chainCandidates } from './reference-chain';
import { reverseGround } from './reverse-ground';
import { chooserOf, viewOf } from './shape';

interface DeepWay {
  id: string;
  type: string;
  title: string;
  requirement: RequirementKey;
  needs: readonly Need[];
  /** Types all of whose resources have to be known: nobody else may refer to what must not be found. */
  whole?: readonly string[];
  /** Reference by which studies point at the type, as the reverse chains go over it: where not all studies are known, those that do so to a few of the type are asked for. */
  over?: string;
  lacking: string;
  candidates: (context: TestContext, chooser: Chooser) => readonly (readonly Pair[])[];
  /** What else has to hold, so that a criterion or a value which is lost shows. */
  also?: (outlook: Outlook, chooser: Chooser) => boolean;
}

/** Candidates of each of two criteria that are combined at most. */
const EACH = 10;
/** So many of one kind leave room for another among those that a chooser looks at. */
const OF_A_KIND = 100;

/** Each criterion leaves out something that the others let through. */
const eachCounts = ({ pairs, must }: Outlook, chooser: Chooser) => pairs.every((_, i) => chooser.outlook(pairs.filter((_other, j) => i !== j)).must.size > must.size);
/** The second value brings something that the first does not. */
const laterCounts = ({ pairs, must }: Outlook, chooser: Chooser) => pairs.every(([name, value]) => chooser.outlook([[name, value.split(',')[0] ?? value]]).must.size < must.size);

const ofPatients = needsSearch(FOCUS, 'patient');
const HAS = `_has:${FOCUS}:patient:modality`;
const hasNeeds = [...needsSearch('Patient'), ...needsSearch(FOCUS, 'patient', 'modality')];

const WAYS: readonly DeepWay[] = [
  {
    id: 'chain-two', type: FOCUS, title: 'a chain goes on over a second reference', requirement: 'rule:chain', needs: needsSearch(FOCUS),
    lacking: 'studies whose orders, patients or endpoints refer on to different resources', candidates: twoSteps,
  },
  {
    id: 'chain-several', type: FOCUS, title: 'several values at the end of a chain are a union', requirement: 'rule:chain', needs: ofPatients,
    lacking: 'studies of patients that differ', candidates: (context) => joined(chains(context, 'patient')), also: laterCounts,
  },
  {
    id: 'chain-chain', type: FOCUS, title: 'two chains together are an intersection', requirement: 'rule:and', needs: ofPatients,
    lacking: 'studies that differ in their patients and in what else they refer to', also: eachCounts,
    candidates: (context, chooser) => {
      const others = ['basedon', 'based-on', 'endpoint', 'encounter', 'referrer'].map((code) => chains(context, code));
      // Two chains over one reference go wrong where those over two do not: a third one asks for both at once.
      const twice = ofOnePatient(chains(context, 'patient')).filter((pairs) => chooser.outlook(pairs).must.size > 0 && eachCounts(chooser.outlook(pairs), chooser));
      const thrice = others.flatMap((other) => crossed(twice.slice(0, 3), other)).filter((pairs) => chooser.outlook(pairs).must.size > 0 && eachCounts(chooser.outlook(pairs), chooser));
      const two = others.flatMap((other) => crossed(chains(context, 'patient'), other));
      return [...thrice, ...two.slice(0, OF_A_KIND), ...twice];
    },
  },
  {
    id: 'chain-beside', type: FOCUS, title: 'a chain and a plain parameter together are an intersection', requirement: 'rule:and', needs: needsSearch(FOCUS, 'patient', 'modality'),
    lacking: 'studies that differ in their patients and in modality', also: eachCounts,
    candidates: (context) => crossed(chains(context, 'patient'), plain(context, FOCUS, 'modality')),
  },
  {
    id: 'chain-has', type: FOCUS, title: 'a reverse chain at the end of a chain', requirement: 'rule:has', whole: ['ServiceRequest'], needs: [...ofPatients, ...needsSearch('Patient'), ...needsSearch('ServiceRequest', 'patient', 'status')],
    lacking: 'studies of patients with orders of different statuses', candidates: (context) => valuesOf(context, 'ServiceRequest', 'status').map((status): Pair[] => [['patient._has:ServiceRequest:patient:status', status]]),
  },
  {
    id: 'has-has', type: 'Patient', title: 'two reverse chains together are an intersection, each on its own', requirement: 'rule:and', over: 'patient', needs: hasNeeds,
    lacking: 'patients with studies of several modalities, and with studies of one', also: eachCounts,
    candidates: (context) => crossed(plain(context, FOCUS, 'modality', HAS), plain(context, FOCUS, 'modality', HAS)).filter(([a, b]) => a?.[1] !== b?.[1]),
  },
  {
    id: 'has-beside', type: 'Patient', title: 'a reverse chain and a plain parameter together are an intersection', requirement: 'rule:and', over: 'patient', needs: hasNeeds,
    lacking: 'patients that differ in gender and in the modalities of their studies', also: eachCounts,
    candidates: (context) => ['gender', 'family'].filter((code) => context.declared.searchParam('Patient', code)).flatMap((code) => crossed(plain(context, FOCUS, 'modality', HAS), plain(context, 'Patient', code))),
  },
  {
    id: 'has-several', type: 'Patient', title: 'several values at the end of a reverse chain are a union', requirement: 'rule:has', over: 'patient', needs: hasNeeds,
    lacking: 'patients with studies of different modalities', candidates: (context) => joined(plain(context, FOCUS, 'modality', HAS)), also: laterCounts,
  },
  {
    id: 'has-nested', type: 'Patient', title: 'a reverse chain within a reverse chain', requirement: 'rule:has', whole: [FOCUS, 'ServiceRequest'],
    needs: [...needsSearch('Patient'), ...needsSearch('ServiceRequest', 'patient'), ...needsSearch(FOCUS, 'modality')],
    lacking: 'patients whose orders have studies of different modalities',
    candidates: (context) => ['basedon', 'based-on'].filter((code) => context.declared.searchParam(FOCUS, code)).flatMap((code) => plain(context, FOCUS, 'modality', `_has:ServiceRequest:patient:_has:${FOCUS}:${code}:modality`)),
  },
  {
    id: 'id-beside', type: FOCUS, title: '_id and another parameter together are an intersection', requirement: 'rule:and', needs: needsSearch(FOCUS, 'modality'),
    lacking: 'studies of different modalities', also: eachCounts,
    candidates: (context) => crossed(plain(context, FOCUS, 'modality'), joined(context.known.index.all(FOCUS).flatMap(({ id }) => (id === undefined ? [] : [[['_id', id] satisfies Pair]])))),
  },
  {
    id: 'last-updated-beside', type: FOCUS, title: '_lastUpdated and another parameter together are an intersection', requirement: 'rule:and', needs: needsSearch(FOCUS, 'modality', '_lastUpdated'),
    lacking: 'studies that were changed at different times', also: eachCounts,
    candidates: (context) => crossed(plain(context, FOCUS, 'modality'), valuesOf(context, FOCUS, '_lastUpdated').flatMap((at): Pair[][] => [[['_lastUpdated', `gt${at}`]], [['_lastUpdated', `lt${at}`]]])),
  },
];

export const DEEP_COMBINATION_TESTS: readonly TestCase[] = WAYS.map((way): TestCase => ({
  id: `combination.${way.type.toLowerCase()}.${way.id}`,
  title: `${way.type}: ${way.title}`,
  group: 'combination',
  resourceType: way.type,
  requirement: way.requirement,
  needs: [...way.needs],
  tags: way.id.includes('has') ? ['_has', 'chain'] : way.id.includes('chain') ? ['chain'] : ['and'],
  run: (context) => ask(context, way),
}));

async function ask(context: TestContext, { type, whole = [], over, lacking, candidates, also }: DeepWay): Promise<Judgement> {
  const ground = over === undefined ? undefined : await reverseGround(context, type, FOCUS, over);
  for (const source of over !== undefined && ground === undefined ? [FOCUS] : whole) {
    const { complete, why } = context.known.completeness(source);
    if (!complete) return noData(`Needed: all ${source} resources, to know which ${type} resources none refers to (${why ?? 'not all are known'}).`);
  }
  const chooser = ground?.chooser ?? chooserOf(context, type);
  const best = chooser.divide(candidates(context, chooser), (outlook) => also?.(outlook, chooser) !== false);
  if (best === undefined) return noData(`Needed: ${lacking}.`);
  return ground?.ask(best.pairs) ?? askSet(context, { type, pairs: best.pairs });
}

/** One candidate for each value of a parameter, under its own name or that of a chain which ends in it. */
function plain(context: TestContext, type: string, code: string, name = code): Pair[][] {
  return valuesOf(context, type, code).map((value): Pair[] => [[name, value]]);
}

/** Chains of one step from studies over a reference. */
function chains(context: TestContext, code: string): Pair[][] {
  const definition = context.definitions.find(FOCUS, code);
  if (definition === undefined || !context.declared.searchParam(FOCUS, code)) return [];
  return chainCandidates(viewOf(context, FOCUS, definition), context, (type) => CHAINED.filter((end) => context.definitions.find(type, end) !== undefined));
}

function crossed(left: readonly (readonly Pair[])[], right: readonly (readonly Pair[])[]): Pair[][] {
  return left.slice(0, EACH).flatMap((a) => right.slice(0, EACH).map((b) => [...a, ...b]));
}

/** What patients are to be, said by two chains of one reference: also by one of two families, where all of one are of the same gender. */
function ofOnePatient(patients: readonly (readonly Pair[])[]): Pair[][] {
  const endingIn = (end: string) => patients.filter(([pair]) => pair?.[0].endsWith(`.${end}`) === true);
  const families = endingIn('family');
  return [...crossed(families, endingIn('gender')), ...crossed(joined(families), endingIn('gender'))];
}

/** Two candidates of one name, their values joined by a comma. */
function joined(candidates: readonly (readonly Pair[])[]): Pair[][] {
  const few = candidates.slice(0, EACH).flat();
  return few.flatMap(([name, value], i) => few.slice(i + 1).filter(([other]) => other === name).map(([, later]): Pair[] => [[name, `${value},${later}`]]));
}

/** Chains over two references; the way of each is one that the data goes. */
function twoSteps(context: TestContext): Pair[][] {
  const found: Pair[][] = [];
  for (const first of referencesOf(context, FOCUS)) {
    for (const second of referencesOf(context, first.target)) {
      // Not every server that follows chains ends them in an id, which has a test of its own.
      for (const end of CHAINED) {
        const definition = context.definitions.find(second.target, end);
        if (definition === undefined || !context.declared.searchParam(second.target, end)) continue;
        const values = plainValues(viewOf(context, second.target, definition), context.known.index.base);
        // A few of each way: there are many ways.
        found.push(...distinct(values).slice(0, 3).map((value): Pair[] => [[`${first.step}.${second.step}.${end}`, value]]));
      }
    }
  }
  return found;
}

/** Where the declared reference parameters of a type lead, and how a step of a chain over them is written. */
function referencesOf(context: TestContext, type: string): { step: string; target: string }[] {
  const { base } = context.known.index;
  return context.definitions.of(type).filter((definition) => definition.type === 'reference' && context.declared.searchParam(type, definition.code)).flatMap((definition) => {
    const keys = distinct(viewOf(context, type, definition).references.flatMap(({ target }) => (target === undefined ? [] : (localKey(target, base) ?? []))));
    const targets = distinct(keys.flatMap((key) => context.known.index.get(key)?.resourceType ?? []));
    return targets.map((target) => ({ step: definition.target.length === 1 ? definition.code : `${definition.code}:${target}`, target }));
  });
}
