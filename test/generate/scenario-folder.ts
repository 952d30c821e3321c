/** Small scenario folders in memory for tests, and the set of this program's own guide. */
import { join } from 'node:path';
import { generateFromFiles, type GeneratedSet } from '../../scripts/generate/generate-examples';
import { readScenarioFiles, type ScenarioFiles } from '../../scripts/generate/scenario-files';

export const OWN_SCENARIOS = join(__dirname, '../../input/scenarios');

export function ownSet(seed?: number): GeneratedSet {
  return generateFromFiles(readScenarioFiles(OWN_SCENARIOS), seed);
}

const PATIENT = `---
display: "{{family}}"
fields:
  family: text!
  gender: oneOf(male, female)
  birthDate: date
---
{
  "text": {{#narrative}}<p>{{family}}</p>{{/narrative}},
  "name": [{ "family": {{json family}} }],
  "gender": {{json gender}},
  "birthDate": {{json birthDate}}
}
`;

const STUDY = `---
fields:
  status: oneOf(available, unknown)!
  subject: reference(Patient)!
  started: dateTime
---
{
  "identifier": [{ "system": "urn:dicom:uid", "value": {{json (text "urn:oid:" studyUid)}} }],
  "status": {{json status}},
  "modality": {{json modalities}},
  "subject": {{json subject}},
  "started": {{json started}},
  "numberOfSeries": {{json seriesCount}},
  "numberOfInstances": {{json instanceCount}},
  "series": {{#list listedSeries}}{ "uid": {{json uid}}, "number": {{json number}}, "modality": {{json modality}}, "numberOfInstances": {{json numberOfInstances}}, "instance": {{json instance}} }{{/list}}
}
`;

const CODES = `systems:
  dcm: http://dicom.nema.org/resources/ontology/DCM
  uri: urn:ietf:rfc:3986
groups:
  modality:
    CT: { system: dcm, code: CT, display: Computed Tomography, sopClass: ct }
    MR: { system: dcm, code: MR, display: Magnetic Resonance }
    SR: { system: dcm, code: SR, sopClass: sr }
  sopClass:
    ct: { system: uri, code: "urn:oid:1.2.840.10008.5.1.4.1.1.2" }
    sr: { system: uri, code: "urn:oid:1.2.840.10008.5.1.4.1.1.88.22" }
`;

/** A folder with a patient and a study template; `files` adds to it or replaces a part of it, by path. */
export function folder(files: Record<string, string>): ScenarioFiles {
  const all: Record<string, string> = { 'templates/Patient.hbs': PATIENT, 'templates/ImagingStudy.hbs': STUDY, 'codes.yaml': CODES, ...files };
  const under = (test: RegExp) => Object.entries(all).flatMap(([file, text]) => (test.test(file) ? [{ file, text }] : []));
  return {
    folder: '',
    settings: under(/^settings\.yaml$/)[0],
    codes: under(/^codes\.yaml$/)[0],
    templates: under(/^templates\//),
    bad: under(/^bad\//),
    scenarios: under(/^(?!settings|codes|templates\/|bad\/)/),
  };
}

/** `file:line:column code message` of each finding. */
export function said(files: Record<string, string>): string[] {
  return generateFromFiles(folder(files)).findings.map(({ code, message, location }) => `${location?.file}:${location?.line}:${location?.column} ${code} ${message}`);
}
