import { checkCases, indexOf, resourcesOf } from './support';

const DCM = 'http://dicom.nema.org/resources/ontology/DCM';
const LOCAL = 'http://hospital.example/modalities';
const ACSN = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' }], text: 'Accession Number' };

const studies = indexOf(
  resourcesOf('ImagingStudy', {
    ct: { status: 'available', series: [{ uid: '1.2.1', modality: { system: DCM, code: 'CT', display: 'Computed Tomography' } }] },
    ctsr: {
      status: 'available',
      modality: [{ system: DCM, code: 'CT' }],
      series: [
        { uid: '1.2.2', modality: { system: DCM, code: 'CT' }, instance: [{ uid: '1.2.2.1', sopClass: { system: 'urn:ietf:rfc:3986', code: 'urn:oid:1.2.840.10008.5.1.4.1.1.2' } }] },
        { uid: '1.2.3', modality: { system: DCM, code: 'SR', display: 'Structured Report' } },
      ],
    },
    local: { status: 'registered', series: [{ uid: '1.2.4', modality: { system: LOCAL, code: 'CT' } }] },
    bare: { status: 'registered', series: [{ uid: '1.2.5', modality: { code: 'CT' } }] },
    lower: { status: 'cancelled', series: [{ uid: '1.2.6', modality: { system: DCM, code: 'ct' } }] },
    none: { status: 'cancelled' },
    identified: {
      status: 'cancelled',
      identifier: [
        { system: 'urn:dicom:uid', value: 'urn:oid:1.2.3' },
        { type: ACSN, system: 'http://hospital.example/acc', value: 'A,1|b$c\\d' },
        { type: ACSN, value: '77' },
      ],
      reasonCode: [{ coding: [{ system: 'http://snomed.info/sct', code: '399208008', display: 'Plain chest X-ray' }], text: 'Röntgen of the chest' }],
    },
  }),
);

describe('the four forms of a token', () => {
  checkCases('ImagingStudy', studies, [
    { rule: 'token-code', query: 'modality=CT', must: ['ct', 'ctsr', 'local', 'bare'], either: ['lower'] },
    { rule: 'open-token-case', query: 'modality=ct', must: ['lower'], either: ['ct', 'ctsr', 'local', 'bare'] },
    { rule: 'token-system-code', query: `modality=${DCM}|CT`, must: ['ct', 'ctsr'], either: ['lower'] },
    { rule: 'token-system-code', query: `modality=${LOCAL}|CT`, must: ['local'] },
    { rule: 'token-no-system', query: 'modality=|CT', must: ['bare'] },
    { rule: 'token-system', query: `modality=${DCM}|`, must: ['ct', 'ctsr', 'lower'] },
    { rule: 'token-code', query: 'modality=SR', must: ['ctsr'] },
    { rule: 'token-code', query: 'modality=XX' },
    { rule: 'or', query: 'modality=SR,CT', must: ['ct', 'ctsr', 'local', 'bare'], either: ['lower'] },
    { rule: 'and', query: 'modality=SR&modality=CT', must: ['ctsr'] },
    { rule: 'token-code', query: 'dicom-class=urn:oid:1.2.840.10008.5.1.4.1.1.2', must: ['ctsr'] },
  ]);
});

describe('elements without a system of their own', () => {
  checkCases('ImagingStudy', studies, [
    { rule: 'token-code', query: 'status=available', must: ['ct', 'ctsr'] },
    { rule: 'token-system-code', query: 'status=http://hl7.org/fhir/imagingstudy-status|available', must: ['ct', 'ctsr'] },
    { rule: 'token-system-code', query: 'status=http://other.example|available' },
    { rule: 'open-token-implicit-system', query: 'status=|available', either: ['ct', 'ctsr'] },
    { rule: 'token-system', query: 'status=http://hl7.org/fhir/imagingstudy-status|', must: ['ct', 'ctsr', 'local', 'bare', 'lower', 'none', 'identified'] },
    { rule: 'token-code', query: 'series=1.2.3', must: ['ctsr'] },
    { rule: 'token-code', query: 'instance=1.2.2.1', must: ['ctsr'] },
    { rule: 'open-token-oid', query: 'series=urn:oid:1.2.3', either: ['ctsr'] },
    { rule: 'open-token-system-not-applicable', query: 'series=urn:dicom:uid|1.2.3', either: ['ctsr'] },
    { rule: 'token-id', query: '_id=ct', must: ['ct'] },
    { rule: 'token-id', query: '_id=CT' },
    { rule: 'token-id', query: '_id=ct,none,nobody', must: ['ct', 'none'] },
  ]);
  const SPECIAL_VALUES = 'http://terminology.hl7.org/CodeSystem/special-values';
  checkCases('Patient', indexOf(resourcesOf('Patient', { alive: { active: true } })), [
    { rule: 'open-token-system-not-applicable', query: `active=${SPECIAL_VALUES}|true`, either: ['alive'] },
    { rule: 'open-token-system-not-applicable', query: `active=${SPECIAL_VALUES}|`, either: ['alive'] },
    { rule: 'token-system-code', query: `active=${SPECIAL_VALUES}|false` },
    { rule: 'token-system-code', query: 'active=http://other.example|true' },
  ]);
});

describe('identifiers', () => {
  checkCases('ImagingStudy', studies, [
    { rule: 'token-code', query: 'identifier=urn:oid:1.2.3', must: ['identified'] },
    { rule: 'token-system-code', query: 'identifier=urn:dicom:uid|urn:oid:1.2.3', must: ['identified'] },
    { rule: 'token-system-code', query: 'identifier=urn:dicom:uid|1.2.3' },
    { rule: 'token-no-system', query: 'identifier=|77', must: ['identified'] },
    { rule: 'token-system', query: 'identifier=urn:dicom:uid|', must: ['identified'] },
    { rule: 'escaping', query: 'identifier=http://hospital.example/acc|A\\,1\\|b\\$c\\\\d', must: ['identified'] },
    { rule: 'token-of-type', query: 'identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|ACSN|77', must: ['identified'] },
    { rule: 'token-of-type', query: 'identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|ACSN|urn:oid:1.2.3' },
    { rule: 'token-of-type', query: 'identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|77' },
    { rule: 'token-of-type', query: 'identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|a\\,1\\|b\\$c\\\\d' },
    { rule: 'open-token-case', query: 'identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|ACSN|a\\,1\\|b\\$c\\\\d', either: ['identified'] },
  ]);
});

describe(':not', () => {
  checkCases('ImagingStudy', studies, [
    { rule: 'token-not', query: 'modality:not=SR', must: ['ct', 'local', 'bare', 'lower', 'none', 'identified'] },
    { rule: 'token-not', query: 'modality:not=CT', must: ['none', 'identified'], either: ['lower'] },
    { rule: 'open-token-not-several', query: 'modality:not=CT,SR', must: ['none', 'identified'], either: ['ct', 'local', 'bare', 'lower'] },
    { rule: 'token-not', query: 'status:not=available', must: ['local', 'bare', 'lower', 'none', 'identified'] },
  ]);
});

describe(':text searches texts and displays, not codes', () => {
  checkCases('ImagingStudy', studies, [
    { rule: 'token-text', query: 'modality:text=computed', must: ['ct'] },
    { rule: 'token-text', query: 'modality:text=SR' },
    { rule: 'token-text', query: 'reason:text=rontgen', must: ['identified'] },
    { rule: 'open-token-text-inside', query: 'reason:text=chest', either: ['identified'] },
    { rule: 'token-text', query: 'identifier:text=accession', must: ['identified'] },
  ]);
});

describe('value sets and hierarchies', () => {
  const withSets = indexOf([
    ...resourcesOf('ImagingStudy', {
      ct: { series: [{ modality: { system: DCM, code: 'CT' } }] },
      sr: { series: [{ modality: { system: DCM, code: 'SR' } }] },
      both: { series: [{ modality: { system: DCM, code: 'CT' } }, { modality: { system: DCM, code: 'SR' } }] },
      told: { series: [{ modality: { system: DCM, code: 'SR' } }], reasonCode: [{ coding: [{ system: DCM, code: 'CT' }], text: 'told' }] },
      none: {},
    }),
    ...resourcesOf('ValueSet', {
      acquisition: { url: 'http://hospital.example/vs/acquisition', compose: { include: [{ system: DCM, concept: [{ code: 'CT' }, { code: 'MR' }] }] } },
      filtered: { url: 'http://hospital.example/vs/filtered', compose: { include: [{ system: DCM, concept: [{ code: 'CT' }] }, { system: DCM, concept: [], filter: [{ property: 'concept', op: 'is-a', value: 'x' }] }] } },
      first: { url: 'http://hospital.example/vs/versioned', version: '1', compose: { include: [{ system: DCM, concept: [{ code: 'CT' }] }] } },
      second: { url: 'http://hospital.example/vs/versioned', version: '2', compose: { include: [{ system: DCM, concept: [{ code: 'SR' }] }] } },
      broken: { url: 'http://hospital.example/vs/broken', compose: { include: [{ system: DCM, concept: [{ code: 'CT' }] }, null] } },
      expanded: { url: 'http://hospital.example/vs/expanded', expansion: { contains: [{ system: DCM, code: 'XX', contains: [{ system: DCM, code: 'SR' }] }] } },
    }),
  ]);
  checkCases('ImagingStudy', withSets, [
    { rule: 'token-in', query: 'modality:in=http://hospital.example/vs/acquisition', must: ['ct', 'both'] },
    { rule: 'token-in', query: 'modality:in=ValueSet/acquisition', must: ['ct', 'both'] },
    { rule: 'token-in', query: 'modality:in=http://hospital.example/vs/expanded', must: ['sr', 'both', 'told'] },
    { rule: 'open-value-set', query: 'modality:in=http://hospital.example/vs/filtered', either: ['ct', 'sr', 'both', 'told'] },
    { rule: 'token-in', query: 'modality:in=http://hospital.example/vs/versioned|1', must: ['ct', 'both'] },
    { rule: 'token-in', query: 'modality:in=http://hospital.example/vs/versioned|2', must: ['sr', 'both', 'told'] },
    { rule: 'open-value-set', query: 'modality:in=http://hospital.example/vs/versioned|3', either: ['ct', 'sr', 'both', 'told'] },
    { rule: 'open-value-set', query: 'modality:in=http://hospital.example/vs/broken', either: ['ct', 'sr', 'both', 'told'] },
    { rule: 'open-value-set', query: 'modality:in=http://hospital.example/vs/unknown', either: ['ct', 'sr', 'both', 'told'] },
    { rule: 'open-value-set-mixed', query: 'modality:not-in=http://hospital.example/vs/acquisition', must: ['sr', 'told'], either: ['both', 'none'] },
    { rule: 'open-value-set-mixed', query: 'reason:not-in=http://hospital.example/vs/acquisition', either: ['ct', 'sr', 'both', 'none'] },
    { rule: 'open-subsumption', query: `modality:below=${DCM}|CT`, must: ['ct', 'both'], either: ['sr', 'told'] },
    { rule: 'token-subsumption', query: 'modality:above=http://snomed.info/sct|1' },
  ]);
});

describe('contact points, booleans, strings and MIME types', () => {
  checkCases(
    'Patient',
    indexOf(
      resourcesOf('Patient', {
        phone: { active: true, telecom: [{ system: 'phone', value: '+49 (30) 123-456' }], deceasedDateTime: '2020-01-01' },
        mail: { active: false, telecom: [{ system: 'email', value: 'eve@example.org' }] },
        silent: { deceasedBoolean: false },
      }),
    ),
    [
      { rule: 'token-code', query: 'telecom=eve@example.org', must: ['mail'] },
      { rule: 'open-token-contact', query: 'telecom=4930123456', either: ['phone'] },
      { rule: 'token-code', query: 'phone=eve@example.org' },
      { rule: 'token-code', query: 'active=true', must: ['phone'] },
      { rule: 'token-code', query: 'active=maybe' },
      { rule: 'open-token-system-not-applicable', query: 'active=http://hl7.org/fhir/special-values|true', either: ['phone'] },
      { rule: 'token-code', query: 'deceased=true', must: ['phone'] },
      { rule: 'token-code', query: 'deceased=false', must: ['mail', 'silent'] },
    ],
  );
  checkCases('ValueSet', indexOf(resourcesOf('ValueSet', { a: { version: '2024-A' }, b: { version: '2024-B' } })), [{ rule: 'token-code', query: 'version=2024-a', must: ['a'] }]);
  checkCases(
    'DocumentReference',
    indexOf(
      resourcesOf('DocumentReference', {
        plain: { content: [{ attachment: { contentType: 'text/xml' } }] },
        charset: { content: [{ attachment: { contentType: 'text/xml; charset=UTF-8' } }] },
      }),
    ),
    [
      { rule: 'token-code', query: 'contenttype=text/xml', must: ['plain'] },
      { rule: 'token-subsumption', query: 'contenttype:below=text/xml', must: ['plain', 'charset'] },
    ],
  );
});

describe('codes that no value set gives a system', () => {
  const codes = { compose: { include: [{ system: 'http://codes.example', concept: [{ code: 'check' }] }] } };
  checkCases('OperationDefinition', indexOf([...resourcesOf('OperationDefinition', { check: { code: 'check' }, other: { code: 'other' } }), ...resourcesOf('ValueSet', { codes })]), [
    { rule: 'open-token-implicit-system', query: 'code=http://codes.example|check', either: ['check'] },
    { rule: 'open-token-implicit-system', query: 'code=http://codes.example|', either: ['check', 'other'] },
    { rule: 'open-token-implicit-system', query: 'code:in=ValueSet/codes', either: ['check'] },
  ]);
});

describe(':missing on concepts', () => {
  const reasons = indexOf(
    resourcesOf('ImagingStudy', {
      coded: { reasonCode: [{ coding: [{ system: DCM, code: 'X' }], text: 'x' }] },
      told: { reasonCode: [{ text: 'breathless' }] },
      shown: { reasonCode: [{ coding: [{ display: 'breathless' }] }] },
      both: { reasonCode: [{ text: 'breathless' }, { coding: [{ code: 'Y' }] }] },
      none: {},
    }),
  );
  checkCases('ImagingStudy', reasons, [
    { rule: 'open-missing-text', query: 'reason:missing=true', must: ['none'], either: ['told', 'shown'] },
    { rule: 'open-missing-text', query: 'reason:missing=false', must: ['coded', 'both'], either: ['told', 'shown'] },
  ]);
  const extended = indexOf(resourcesOf('ImagingStudy', { extended: { reasonCode: [{ extension: [{ url: 'http://x.example', valueString: 'x' }] }] }, none: {} }));
  checkCases('ImagingStudy', extended, [{ rule: 'open-missing-empty', query: 'reason:missing=true', must: ['none'], either: ['extended'] }]);
  const systemAlone = indexOf(resourcesOf('ImagingStudy', { named: { identifier: [{ system: 'urn:x', value: '1' }] }, unnamed: { identifier: [{ system: 'urn:x' }] }, none: {} }));
  checkCases('ImagingStudy', systemAlone, [{ rule: 'open-missing-empty', query: 'identifier:missing=false', must: ['named'], either: ['unnamed'] }]);
});
