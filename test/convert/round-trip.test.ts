import { join } from 'node:path';
import fc from 'fast-check';
import { convert } from '../../scripts/convert/convert';
import { BODY_STRUCTURE } from '../../scripts/convert/cross-version';
import { MOVES } from '../../scripts/convert/moves';
import { elementModel, elementsOf, MODEL_VERSIONS } from '../../scripts/core/element-model';
import { packageRoot } from '../../scripts/core/package-root';
import type { Resource } from '../../scripts/core/fhir';
import { generateExamples } from '../../scripts/generate/generate-examples';
import { recognise } from '../../scripts/convert/recognise';

const examples = generateExamples({ scenarioDir: join(packageRoot(), 'input', 'scenarios') }).resources.map(({ resource }) => resource);

const word = fc.stringMatching(/^[a-z]{1,6}$/);
const coding = fc.record({ system: word.map((name) => `http://${name}.org`), code: word, display: word }, { requiredKeys: ['system', 'code'] });
const concept = fc.oneof(fc.record({ coding: fc.tuple(coding) }), fc.record({ coding: fc.array(coding, { minLength: 1, maxLength: 2 }), text: word }));
const some = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: 1, maxLength: 3 });
const to = (type: string) => word.map((id) => ({ reference: `${type}/${id}` }));

const extensions = some(fc.record({ url: word.map((name) => `http://${name}.org`), valueString: word }));
/** What stands beside a primitive: an id, or extensions. */
const beside = fc.oneof(fc.record({ id: word }), fc.record({ extension: extensions }));
/** What any element may have besides its own. */
const anyElement = { id: word, extension: extensions, modifierExtension: extensions };
const carried = to('BodyStructure').map((valueReference) => ({ url: BODY_STRUCTURE, valueReference }));
/** A code, the patient's own structure in the guide's extension, or both; other extensions stand before ours. */
const bodySiteR4 = fc.oneof(coding, fc.record({ extension: fc.tuple(carried) }), fc.tuple(coding, fc.option(extensions), carried).map(([code, others, own]) => ({ extension: [...(others ?? []), own], ...code })));
const instanceR4 = fc.record({ ...anyElement, uid: word, _uid: beside, sopClass: coding, number: fc.nat(), _number: beside, title: word }, { requiredKeys: ['uid', 'sopClass'] });
const performerR4 = fc.record({ ...anyElement, function: concept, actor: to('Device') }, { requiredKeys: ['actor'] });
const seriesR4 = fc.record(
  {
    ...anyElement, uid: word, _uid: beside, number: fc.nat(), modality: coding, description: word, _description: beside, bodySite: bodySiteR4, laterality: coding, endpoint: some(to('Endpoint')), specimen: some(to('Specimen')),
    started: fc.constant('2024-01-02'), _started: beside, performer: some(performerR4), instance: some(instanceR4),
  },
  { requiredKeys: ['uid', 'modality'] },
);
/** Contained resources are converted as others are. */
const containedR4 = fc.oneof(
  fc.record({ resourceType: fc.constant('Endpoint'), id: word, status: fc.constant('active'), connectionType: coding, payloadType: some(concept), address: fc.constant('http://a.org') }),
  fc.record({ resourceType: fc.constant('BodyStructure'), id: word, location: concept, locationQualifier: some(concept), description: word, patient: to('Patient') }),
);
const studyR4 = fc.record(
  {
    resourceType: fc.constant('ImagingStudy'), id: word, implicitRules: word, language: word, contained: some(containedR4), modifierExtension: extensions,
    identifier: some(fc.record({ id: word, system: word, value: word, _value: beside }, { requiredKeys: ['value'] })),
    status: fc.constantFrom('available', 'unknown'), _status: beside, subject: to('Patient'), modality: some(coding), started: fc.constant('2024-01-02T03:04:05Z'), _started: beside, numberOfSeries: fc.nat(), _numberOfSeries: beside, description: word, _description: beside,
    procedureReference: to('Procedure'), procedureCode: some(concept), reasonCode: some(concept), reasonReference: some(to('Condition')), interpreter: some(to('Practitioner')), basedOn: some(to('ServiceRequest')),
    note: some(fc.record({ text: word })), series: some(seriesR4), extension: extensions,
  },
  { requiredKeys: ['resourceType', 'id', 'status', 'subject'] },
) as fc.Arbitrary<Resource>;

const codeable = (type: string) => fc.oneof(fc.record({ concept }), fc.record({ reference: to(type) }), fc.record({ concept, reference: to(type) }));
const performerR5 = fc.record({ ...anyElement, function: concept, actor: fc.oneof(to('Device'), to('HealthcareService')) }, { requiredKeys: ['actor'] });
const seriesR5 = fc.record({ ...anyElement, uid: word, _uid: beside, modality: concept, bodySite: codeable('BodyStructure'), laterality: concept, performer: some(performerR5) }, { requiredKeys: ['uid', 'modality'] });
const interpreterR5 = fc.oneof(to('Practitioner'), to('PractitionerRole')).map((valueReference) => ({ url: 'https://fhir-scout.org/ig/imaging-r5/StructureDefinition/scout-interpreter', valueReference }));
const containedR5 = fc.record({ resourceType: fc.constant('BodyStructure'), id: word, includedStructure: some(fc.record({ structure: concept, laterality: concept, qualifier: some(concept) }, { requiredKeys: ['structure'] })), patient: to('Patient') });
const studyR5 = fc.record(
  {
    resourceType: fc.constant('ImagingStudy'), id: word, contained: some(containedR5), extension: fc.oneof(extensions, some(interpreterR5)), modifierExtension: extensions, status: fc.constant('available'), _status: beside, subject: to('Patient'), modality: some(concept),
    started: fc.constant('2024'), _started: beside, partOf: some(to('Procedure')), procedure: some(codeable('PlanDefinition')), reason: some(codeable('Condition')), series: some(seriesR5),
  },
  { requiredKeys: ['resourceType', 'id', 'status', 'subject'] },
) as fc.Arbitrary<Resource>;

/** With what R4 has room for, and what fits into extensions. */
const plainConcept = fc.record({ coding: fc.tuple(coding) });
const plainPerformer = fc.record({ ...anyElement, function: concept, actor: to('Device') }, { requiredKeys: ['actor'] });
const plainContained = fc.record({ resourceType: fc.constant('BodyStructure'), id: word, includedStructure: fc.tuple(fc.record({ structure: concept, qualifier: some(concept) }, { requiredKeys: ['structure'] })), patient: to('Patient') });
const plainR5 = fc.record(
  {
    resourceType: fc.constant('ImagingStudy'), id: word, contained: some(plainContained), extension: fc.oneof(extensions, some(interpreterR5)), modifierExtension: extensions, status: fc.constant('available'), _status: beside, subject: to('Patient'), modality: some(plainConcept),
    started: fc.constant('2024'), _started: beside, partOf: some(to('Procedure')), procedure: some(fc.record({ concept })),
    reason: fc.tuple(some(fc.record({ concept })), some(fc.record({ reference: to('Condition') }))).map(([concepts, references]) => [...concepts, ...references]),
    series: some(fc.record(
      { ...anyElement, uid: word, _uid: beside, modality: plainConcept, bodySite: fc.record({ concept: plainConcept, reference: to('BodyStructure') }, { requiredKeys: [] }).filter((value) => Object.keys(value).length > 0), laterality: plainConcept, performer: some(plainPerformer) },
      { requiredKeys: ['uid', 'modality'] },
    )),
  },
  { requiredKeys: ['resourceType', 'id', 'status', 'subject'] },
) as fc.Arbitrary<Resource>;

test('every R4 study comes back from R5 as it was, and says of itself that nothing is lost', () => {
  fc.assert(
    fc.property(studyR4, (study) => {
      const { resources, findings } = convert([study], '4.0', '5.0');
      expect(findings.filter(({ severity }) => severity !== 'information')).toEqual([]);
      expect(convert(resources, '5.0', '4.0').resources).toEqual([study]);
    }),
    { numRuns: 150 },
  );
});

test('an R5 study that loses nothing in R4 comes back as it was; where it does not come back as it was, the loss was said', () => {
  const seen = { unchanged: 0, lossy: 0 };
  fc.assert(
    fc.property(fc.oneof(plainR5, studyR5), (study) => {
      const { resources, findings } = convert([study], '5.0', '4.0');
      const lossy = findings.some(({ code }) => code !== 'extension');
      seen[lossy ? 'lossy' : 'unchanged'] += 1;
      if (!lossy) expect(convert(resources, '4.0', '5.0').resources).toEqual([study]);
    }),
    { numRuns: 300 },
  );
  expect(Math.min(seen.unchanged, seen.lossy)).toBeGreaterThan(50);
});

test('what is converted has the shape of its version', () => {
  fc.assert(
    fc.property(studyR4, studyR5, (r4, r5) => {
      for (const one of convert([r4], '4.0', '5.0').resources) expect(recognise(one, '5.0')).toBeUndefined();
      for (const one of convert([r5], '5.0', '4.0').resources) expect(recognise(one, '4.0')).toBeUndefined();
    }),
    { numRuns: 100 },
  );
});

test('every example of the guide goes to R5 and comes back as it was', () => {
  const known = examples.filter(({ resourceType }) => elementModel('4.0').types[resourceType] !== undefined);
  expect(known.length).toBeGreaterThan(100);
  const { resources, findings } = convert(known, '4.0', '5.0');
  expect(findings.filter(({ severity }) => severity !== 'information')).toEqual([]);
  expect(convert(resources, '5.0', '4.0').resources).toEqual(known);
});

describe('the table of moves', () => {
  test.each(MOVES.map((move) => [`${move.type}.${move.r4} -> ${move.r5}`, move] as const))('%s names elements that there are', (_, { type, r4, r5, r4Reference }) => {
    const has = (version: '4.0' | '5.0', path: string) => Object.keys(elementsOf(version, type)).some((known) => known === path || known === `${path}[x]`);
    expect([has('4.0', r4), r4Reference === undefined || has('4.0', r4Reference), has('5.0', r5)]).toEqual([true, true, true]);
  });

  test('ImagingStudy: each element of either version has a row, stays as it is, or travels in an extension', () => {
    for (const [from, other] of [['4.0', '5.0'], ['5.0', '4.0']] as const) {
      const unplaced = Object.entries(elementsOf(from, 'ImagingStudy')).filter(([path, { types }]) => {
        const moved = MOVES.some(({ type, r4, r4Reference, r5 }) => type === 'ImagingStudy' && (from === '4.0' ? r4 === path || r4Reference === path : r5 === path));
        const there = elementsOf(other, 'ImagingStudy')[path];
        return !moved && there?.types.join() !== types.join();
      });
      expect(unplaced.map(([path]) => path)).toEqual(from === '4.0' ? ['interpreter'] : []);
    }
  });
});

test('the tables of every version can be read', () => {
  for (const version of MODEL_VERSIONS) expect(Object.keys(elementsOf(version, 'ImagingStudy')).length).toBeGreaterThan(30);
});
