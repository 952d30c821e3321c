/** The draft's seven rules in TypeScript say the same as the draft's own FHIRPath expressions, over studies drawn at random. */
import fc from 'fast-check';
import fhirpath from 'fhirpath';
import type { Resource } from '../../scripts/core/fhir';
import { checkInvariantsOf } from '../../scripts/invariants/rules';

/** As https://build.fhir.org/imagingstudy-definitions.html had them when the rules were written, without the calls of trace(). */
const EXPRESSIONS = {
  'ist-1': "series.exists() implies identifier.where(system = 'urn:dicom:uid').exists()",
  'ist-2': "identifier.where(system = 'urn:dicom:uid').count() < 2",
  'ist-3': 'numberOfSeries.exists() and series.exists() implies numberOfSeries = series.count()',
  'ist-4': 'numberOfInstances.exists() and series.exists() implies numberOfInstances = series.instance.count()',
  'ist-5': 'numberOfInstances.exists() and series.numberOfInstances.exists() implies numberOfInstances = series.numberOfInstances.aggregate($total + $this.toInteger(), 0)',
  'ist-6': 'series.where(numberOfInstances.empty() or instance.empty() or numberOfInstances = instance.count()).count() = series.count()',
  'ist-7':
    "modality.exists() implies modality.coding.select(system&'|'&code).exclude(series.modality.coding.select(system&'|'&code)).empty() and modality.text.exclude(series.modality.text).empty() and series.modality.coding.select(system&'|'&code).exclude(modality.coding.select(system&'|'&code)).empty() and series.modality.text.exclude(modality.text).empty()",
} as const;

const compiled = Object.entries(EXPRESSIONS).map(([id, expression]) => ({ id, evaluate: fhirpath.compile(expression) as (resource: unknown) => unknown[] }));

const count = fc.nat(3);
const coding = fc.record({ system: fc.constantFrom('http://a.org', 'http://b.org'), code: fc.constantFrom('CT', 'SR') }, { requiredKeys: ['code'] });
const modality = fc.record({ coding: fc.array(coding, { minLength: 1, maxLength: 2 }), text: fc.constantFrom('one', 'two') }, { requiredKeys: [] }).filter((concept) => Object.keys(concept).length > 0);
const instance = fc.record({ uid: fc.constant('1.2'), sopClass: fc.constant('urn:oid:1.2') });
const many = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: 1, maxLength: 3 });
const series = fc.record({ uid: fc.constant('1.2'), modality, numberOfInstances: count, instance: many(instance) }, { requiredKeys: ['uid', 'modality'] });
const study = fc.record(
  { resourceType: fc.constant('ImagingStudy'), status: fc.constant('available'), subject: fc.constant({ reference: 'Patient/p' }), identifier: many(fc.record({ system: fc.constantFrom('urn:dicom:uid', 'urn:x'), value: fc.constant('urn:oid:1.2') })), modality: many(modality), numberOfSeries: count, numberOfInstances: count, series: many(series) },
  { requiredKeys: ['resourceType', 'status', 'subject'] },
) as fc.Arbitrary<Resource>;

test('each rule is broken by just the studies for which its expression is not true', () => {
  const seen = new Map<string, { kept: number; broken: number }>();
  fc.assert(
    fc.property(study, (one) => {
      const broken = new Set(checkInvariantsOf('6.0', one).map(({ code }) => code));
      for (const { id, evaluate } of compiled) {
        const isKept = evaluate(one)[0] === true;
        const tally = seen.get(id) ?? { kept: 0, broken: 0 };
        seen.set(id, tally);
        tally[isKept ? 'kept' : 'broken'] += 1;
        expect([id, broken.has(id)]).toEqual([id, !isKept]);
      }
    }),
    { numRuns: 400 },
  );
  // The comparison says something only where both happened.
  for (const [id, { kept, broken }] of seen) expect([id, Math.min(kept, broken) > 10]).toEqual([id, true]);
});
