import { BASE, checkCases, indexOf, resourcesOf } from './support';

const subject = (reference: object) => ({ subject: reference });
const others = resourcesOf('Patient', { p1: {}, p2: {}, same: {} }).concat(resourcesOf('Group', { same: {}, g1: {} }), resourcesOf('Device', { phantom: {} }));

describe('the forms of a reference', () => {
  const index = indexOf([
    ...others,
    ...resourcesOf('ImagingStudy', {
      relative: subject({ reference: 'Patient/p1' }),
      absolute: subject({ reference: `${BASE}/Patient/p1` }),
      foreign: subject({ reference: 'http://elsewhere.example/fhir/Patient/p1' }),
      versioned: subject({ reference: 'Patient/p1/_history/3' }),
      other: subject({ reference: 'Patient/p2' }),
      group: subject({ reference: 'Group/same' }),
      patient: subject({ reference: 'Patient/same' }),
      dangling: subject({ reference: 'Patient/gone' }),
      logical: subject({ type: 'Patient', identifier: { system: 'http://hospital.example/mrn', value: '42' } }),
      display: subject({ display: 'Paula' }),
      urn: subject({ reference: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0' }),
      contained: { contained: [{ resourceType: 'Patient', id: 'inside' }], ...subject({ reference: '#inside' }) },
      none: {},
    }),
  ]);
  checkCases('ImagingStudy', index, [
    { rule: 'reference-type-id', query: 'subject=Patient/p1', must: ['relative', 'absolute'], either: ['versioned'] },
    { rule: 'reference-url', query: `subject=${BASE}/Patient/p1`, must: ['relative', 'absolute'], either: ['versioned'] },
    { rule: 'reference-url', query: 'subject=http://elsewhere.example/fhir/Patient/p1', must: ['foreign'] },
    { rule: 'open-reference-bare-id', query: 'subject=p2', either: ['other'] },
    { rule: 'open-reference-bare-id', query: 'subject=same', either: ['group', 'patient'] },
    { rule: 'reference-type-id', query: 'subject=Group/same', must: ['group'] },
    { rule: 'reference-type-id', query: 'subject=Group/p1' },
    { rule: 'reference-type-id', query: 'subject=Patient/nobody' },
    { rule: 'reference-type-modifier', query: 'subject:Patient=same', must: ['patient'] },
    { rule: 'reference-type-modifier', query: 'subject:Device=p1' },
    { rule: 'open-reference-type-twice', query: 'subject:Patient=Patient/p2', either: ['other'] },
    { rule: 'reference-type-modifier', query: 'subject:Patient=Group/same' },
    { rule: 'open-reference-version', query: 'subject=Patient/p1/_history/3', must: ['versioned'], either: ['relative', 'absolute'] },
    { rule: 'reference-url', query: 'subject=urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0', must: ['urn'] },
    { rule: 'open-reference-contained', query: 'subject=#inside', either: ['contained'] },
    { rule: 'or', query: 'subject=Patient/p2,Group/same', must: ['other', 'group'] },
  ]);

  describe('patient: subject, where it is a Patient', () => {
    checkCases('ImagingStudy', index, [
      { rule: 'reference-limited', query: 'patient=p1', must: ['relative', 'absolute'], either: ['versioned'] },
      { rule: 'reference-limited', query: 'patient=Patient/same', must: ['patient'] },
      { rule: 'reference-limited', query: 'patient=same', must: ['patient'] },
      { rule: 'reference-limited', query: 'patient=Group/same' },
      { rule: 'open-reference-unresolvable', query: 'patient=gone', either: ['dangling'] },
      { rule: 'open-reference-unresolvable', query: 'patient:identifier=42', either: ['logical'] },
      { rule: 'missing', query: 'patient:missing=false', must: ['relative', 'absolute', 'foreign', 'versioned', 'other', 'patient', 'dangling'], either: ['contained', 'logical', 'display', 'urn'] },
    ]);
  });

  describe(':identifier reads the reference, not its target', () => {
    checkCases('ImagingStudy', index, [
      { rule: 'reference-identifier', query: 'subject:identifier=http://hospital.example/mrn|42', must: ['logical'] },
      { rule: 'reference-identifier', query: 'subject:identifier=42', must: ['logical'] },
      { rule: 'reference-identifier', query: 'subject:identifier=http://other.example|42' },
      { rule: 'reference-identifier', query: 'subject:identifier=http://hospital.example/mrn|', must: ['logical'] },
      { rule: 'open-missing-empty', query: 'subject:missing=true', must: ['none'], either: ['contained', 'display'] },
    ]);
  });
});

describe('several paths', () => {
  const endpoint = (id: string) => [{ reference: `Endpoint/${id}` }];
  checkCases('ImagingStudy', indexOf(resourcesOf('ImagingStudy', { study: { endpoint: endpoint('a') }, series: { endpoint: endpoint('b'), series: [{}, { endpoint: endpoint('a') }] }, neither: { endpoint: endpoint('b') } })), [
    { rule: 'reference-id', query: 'endpoint=a', must: ['study', 'series'] },
    { rule: 'and', query: 'endpoint=Endpoint/a&endpoint=Endpoint/b', must: ['series'] },
  ]);
});

describe('canonicals', () => {
  const definition = (url: string) => ({ instantiatesCanonical: [url] });
  checkCases(
    'ServiceRequest',
    indexOf(
      resourcesOf('ServiceRequest', {
        plain: definition('http://acme.example/protocol'),
        v10: definition('http://acme.example/protocol|1.0'),
        v11: definition('http://acme.example/protocol|1.1'),
        v20: definition('http://acme.example/protocol|2.0'),
        other: definition('http://acme.example/other'),
        local: definition(`${BASE}/PlanDefinition/x`),
        odd: definition(`${BASE}/protocol-1`),
      }),
    ),
    [
      { rule: 'open-canonical-version', query: 'instantiates-canonical=http://acme.example/protocol', must: ['plain'], either: ['v10', 'v11', 'v20'] },
      { rule: 'open-canonical-version', query: 'instantiates-canonical=http://acme.example/protocol\\|1.0', must: ['v10'], either: ['plain'] },
      { rule: 'reference-canonical-below', query: 'instantiates-canonical:below=http://acme.example/protocol', must: ['plain', 'v10', 'v11', 'v20'] },
      { rule: 'open-canonical-version', query: 'instantiates-canonical:below=http://acme.example/protocol\\|1', must: ['v10', 'v11'], either: ['plain'] },
      // Of :above on a canonical no more is certain than that what is asked for is found.
      { rule: 'open-canonical-version', query: 'instantiates-canonical:above=http://acme.example/protocol\\|1.1', must: ['v11'], either: ['plain', 'v10', 'v20'] },
      { rule: 'open-canonical-version', query: 'instantiates-canonical=PlanDefinition/x', either: ['local'] },
      { rule: 'open-canonical-version', query: 'instantiates-canonical=protocol-1', either: ['odd'] },
    ],
  );
});

describe('hierarchies', () => {
  checkCases('Location', indexOf(resourcesOf('Location', { ward: { partOf: { reference: 'Location/house' } }, bed: { partOf: { reference: 'Location/ward' } }, house: {} })), [
    { rule: 'open-reference-hierarchy', query: 'partof:below=Location/house', must: ['ward'], either: ['bed'] },
  ]);
});

describe('_list', () => {
  checkCases('Patient', indexOf([...others, { resourceType: 'List', id: 'l1', entry: [{ item: { reference: 'Patient/p2' } }, { item: { reference: `${BASE}/Patient/same` } }, { item: { reference: 'Group/g1' } }] }]), [
    { rule: 'list', query: '_list=l1', must: ['p2', 'same'] },
    { rule: 'list', query: '_list=l1&_id=p2', must: ['p2'] },
    { rule: 'open-chain-target', query: '_list=unknown', either: ['p1', 'p2', 'same'] },
  ]);
});
