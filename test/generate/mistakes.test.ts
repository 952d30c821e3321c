/** Each mistake that a person can make in a scenario, a template or a bad example is reported with file, line, column and the way out. */
import { generateFromFiles } from '../../scripts/generate/generate-examples';
import { MISTAKES } from '../../scripts/generate/source-text';
import { folder, said } from './scenario-folder';

const ANN = '  - id: ann\n    family: Ann\n';
const study = (fields: string) => `Patient:\n${ANN}ImagingStudy:\n  - id: one\n    status: available\n    subject: ann\n${fields}`;
const template = (body: string) => `---\nfields:\n  family: text\n---\n${body}`;
const bad = (text: string) => ({ 's.yaml': `Patient:\n${ANN}`, 'bad/b.yaml': text });

const CASES: [string, Record<string, string>, string][] = [
  ['a tab', { 's.yaml': 'Patient:\n\t- id: ann\n' }, 's.yaml:2:1 yaml-syntax Tab characters must not be used in indentation. Indent with spaces.'],
  ['an open bracket', { 's.yaml': 'Patient: [\n' }, 's.yaml:2:1 yaml-syntax'],
  ['a key twice', { 's.yaml': `Patient:\n${ANN}    family: Bob\n` }, 's.yaml:4:5 yaml-syntax Duplicated mapping key.'],
  ['an empty file', { 's.yaml': '' }, 's.yaml:1:1 yaml-syntax The file is empty; one YAML document was expected.'],
  ['two documents', { 's.yaml': 'about: a\n---\nabout: b\n' }, 's.yaml:1:1 yaml-syntax The file holds several YAML documents'],
  ['a value within itself', { 's.yaml': 'about: &a [*a]\n' }, 's.yaml:1:12 yaml-syntax A value that contains itself.'],
  ['a type without template', { 's.yaml': `Patientt:\n${ANN}` }, 's.yaml:1:1 missing-template There is no template for "Patientt" (templates/Patientt.hbs). Did you mean "Patient"? Allowed: about, ImagingStudy, Patient.'],
  ['a list instead of a mapping', { 's.yaml': '- id: ann\n' }, 's.yaml:1:1 wrong-type A scenario is a mapping of resource types to lists of records, not a list.'],
  ['a mapping instead of a list', { 's.yaml': 'Patient:\n  id: ann\n' }, 's.yaml:2:3 wrong-type Patient is a list of records, not a mapping.'],
  ['a record without id', { 's.yaml': 'Patient:\n  - family: Ann\n' }, 's.yaml:2:5 missing-key A record is a mapping with an id.'],
  ['an id that FHIR does not allow', { 's.yaml': 'Patient:\n  - id: ann_b\n    family: Ann\n' }, 's.yaml:2:9 bad-id id: "ann_b" is not a FHIR id: letters, digits, "-" and ".", at most 64.'],
  ['an id twice', { 's.yaml': `Patient:\n${ANN}`, 't.yaml': `about: more\nPatient:\n${ANN}` }, 't.yaml:3:5 duplicate-id Patient/ann stands already in s.yaml, line 2.'],
  ['an unknown key', { 's.yaml': `Patient:\n${ANN}    gendre: male\n` }, 's.yaml:4:5 unknown-key "gendre" is not a field here. Did you mean "gender"? Allowed: family, gender, birthDate, id, claimsProfile, tag, security, sourceSystem, lastUpdated.'],
  ['a missing key', { 's.yaml': 'Patient:\n  - id: ann\n' }, 's.yaml:2:5 missing-key family: must be there.'],
  ['a wrong type', { 's.yaml': `Patient:\n${ANN}    claimsProfile: maybe\n` }, 's.yaml:4:20 wrong-type claimsProfile: true or false was expected, not "maybe".'],
  ['a list for one value', { 's.yaml': 'Patient:\n  - id: ann\n    family: [A, B]\n' }, 's.yaml:3:13 wrong-type family: one value was expected, not a list.'],
  ['nothing where a text is asked', { 's.yaml': 'Patient:\n  - id: ann\n    family:\n' }, 's.yaml:3:5 wrong-type family: a text was expected, not nothing.'],
  ['a value outside a closed list', { 's.yaml': `Patient:\n${ANN}    gender: femal\n` }, 's.yaml:4:13 unknown-value gender: "femal" is not allowed here. Did you mean "female"? Allowed: male, female.'],
  ['a day that is none', { 's.yaml': `Patient:\n${ANN}    birthDate: 2023-02-29\n` }, 's.yaml:4:16 bad-date birthDate: a FHIR date (YYYY, YYYY-MM or YYYY-MM-DD) was expected, not "2023-02-29".'],
  ['a time without zone', { 's.yaml': study('    started: "2024-01-01T10:00:00"\n') }, 's.yaml:8:14 bad-date started:'],
  ['an unknown modality', { 's.yaml': study('    series:\n      - modality: CTT\n') }, 's.yaml:9:19 unknown-code series[0].modality: "CTT" is not a modality of codes.yaml. Did you mean "CT"? Allowed: CT, MR, SR.'],
  ['an unknown code system', { 's.yaml': study('    series: [{ modality: { system: dmc, code: CT } }]\n') }, 's.yaml:8:36 unknown-code series[0].modality.system: "dmc" is neither a system of codes.yaml nor an absolute URI. Did you mean "dcm"? Allowed: dcm, uri.'],
  ['a bad UID', { 's.yaml': study('    uid: 1.2.03\n') }, 's.yaml:8:10 bad-uid uid: "1.2.03" is not a legal DICOM UID'],
  ['a negative count', { 's.yaml': study('    series: [{ modality: CT, instances: -1 }]\n') }, 's.yaml:8:41 wrong-type series[0].instances[0].count: a whole number from 0 was expected, not "-1".'],
  ['a reference to nobody', { 's.yaml': study('').replace('subject: ann', 'subject: anne') }, 's.yaml:7:14 unknown-reference subject: no Patient has the id "anne". Did you mean "ann"? Allowed: ann.'],
  ['a reference to a type that is not allowed', { 's.yaml': study('').replace('subject: ann', 'subject: Group/ann') }, 's.yaml:7:14 unknown-reference subject: a reference to Group is not allowed here. Allowed: Patient.'],
  ['a modality without SOP class', { 's.yaml': study('    series: [{ modality: MR, instances: 1 }]\n') }, 's.yaml:5:5 unknown-value series: modality MR has no SOP class in codes.yaml; give the series a sopClass.'],
  ['one UID for two studies', { 's.yaml': `${study('    uid: 1.2.3\n')}  - { id: two, status: available, subject: ann, uid: 1.2.3 }\n` }, 's.yaml:9:5 duplicate-uid UID 1.2.3 stands already in ImagingStudy/one'],
  ['a subset of a series that is not there', { 's.yaml': `${study('    series: [CT]\n')}  - { id: two, status: available, subject: ann, subsetOf: { study: one, series: [2] } }\n` }, 's.yaml:9:5 unknown-value subsetOf.series: 2 is not a series of the study. Allowed: 1.'],
  ['a system that is no URI', { 's.yaml': `Patient:\n${ANN}`, 'codes.yaml': 'systems:\n  dcm: DCM\ngroups: {}\n' }, 'codes.yaml:2:8 bad-uri systems.dcm: an absolute URI was expected, not "DCM".'],
  ['an unknown key in codes.yaml', { 's.yaml': `Patient:\n${ANN}`, 'codes.yaml': 'system: {}\n' }, 'codes.yaml:1:1 unknown-key "system" is not read from codes.yaml. Allowed: systems, groups.'],
  ['an unknown setting', { 's.yaml': `Patient:\n${ANN}`, 'settings.yaml': 'sed: 1\n' }, 'settings.yaml:1:1 unknown-key "sed" is not a field here. Did you mean "seed"? Allowed: seed, profiles.'],
  ['a field declaration that is none', { 's.yaml': `Patient:\n${ANN}`, 'templates/Patient.hbs': '---\nfields:\n  family: txt!\n---\n{}\n' }, 'templates/Patient.hbs:3:11 bad-shape "txt!" does not declare a field: Did you mean "text"?'],
  ['a tab in the head of a template', { 's.yaml': `Patient:\n${ANN}`, 'templates/Patient.hbs': '---\nfields:\n\tfamily: text\n---\n{}\n' }, 'templates/Patient.hbs:3:1 yaml-syntax'],
  ['a block that does not end', { 's.yaml': `Patient:\n${ANN}`, 'templates/Patient.hbs': template('{\n{{#if family}}\n}\n') }, 'templates/Patient.hbs:8:1 template-syntax'],
  ['braces that run together', { 's.yaml': `Patient:\n${ANN}`, 'templates/Patient.hbs': template('{"name": [{"family": {{json family}}}]}\n') }, 'templates/Patient.hbs:5:1 template-syntax'],
  ['a value without escape', { 's.yaml': `Patient:\n${ANN}`, 'templates/Patient.hbs': template('{\n  "name": "{{family}}"\n}\n') }, 'templates/Patient.hbs:6:12 template-syntax {{family}} would write the value unescaped. Write {{json family}}.'],
  ['three braces in a narrative', { 's.yaml': `Patient:\n${ANN}`, 'templates/Patient.hbs': template('{"text": {{#narrative}}{{{family}}}{{/narrative}} }\n') }, 'templates/Patient.hbs:5:24 template-syntax {{family}} would write the value unescaped. Write {{family}}.'],
  ['an unknown helper', { 's.yaml': `Patient:\n${ANN}`, 'templates/Patient.hbs': template('{"a": {{jsn family}} }\n') }, 'templates/Patient.hbs:5:9 template-syntax "jsn" is not a helper. Did you mean "json"?'],
  ['an unknown partial', { 's.yaml': `Patient:\n${ANN}`, 'templates/Patient.hbs': template('{"a": {{> nme}} }\n'), 'templates/_name.hbs': '{}' }, 'templates/Patient.hbs:5:7 template-syntax There is no partial "nme". Did you mean "name"? Allowed: name.'],
  ['an undeclared field', { 's.yaml': `Patient:\n${ANN}`, 'templates/Patient.hbs': template('{\n"a": {{json familly}} }\n') }, 'templates/Patient.hbs:6:13 template-field familly: "familly" is not a declared field. Did you mean "family"?'],
  ['an undeclared field in a partial', { 's.yaml': `Patient:\n${ANN}`, 'templates/Patient.hbs': template('{"a": {{> name}} }\n'), 'templates/_name.hbs': '[\n{{json given}} ]' }, 'templates/_name.hbs:2:8 template-field given: "given" is not a declared field.'],
  ['an element that a code does not have', { 's.yaml': `Patient:\n${ANN}`, 'templates/ImagingStudy.hbs': '{"a": {{#list modalities}}{{json cod}}{{/list}} }' }, 'templates/ImagingStudy.hbs:1:34 template-field'],
  ['output that is not JSON', { 's.yaml': `Patient:\n${ANN}`, 'templates/Patient.hbs': template('{\n  {{#if family}}\n  "name": [{ "family": {{json family}} ]\n  {{/if}}\n}\n') }, 'templates/Patient.hbs:7:1 template-output Record Patient/ann (s.yaml, line 2): the output is not JSON: "," or "}" was expected, not "]".'],
  ['output that ends early', { 's.yaml': `Patient:\n${ANN}`, 'templates/Patient.hbs': template('{\n  "name": [\n') }, 'templates/Patient.hbs:6:1 template-output Record Patient/ann (s.yaml, line 2): the output is not JSON: a value was expected, not the end.'],
  ['output that is no object', { 's.yaml': `Patient:\n${ANN}`, 'templates/Patient.hbs': template('[]\n') }, 'templates/Patient.hbs:5:1 template-output Record Patient/ann (s.yaml, line 2): the output is not a JSON object.'],
  ['a bad example without base', bad('- { id: b, base: Patient/an, about: x }\n'), 'bad/b.yaml:1:18 unknown-reference base: there is no example Patient/an. Did you mean "Patient/ann"? Allowed: Patient/ann.'],
  ['a patch that does not apply', bad('- id: b\n  base: Patient/ann\n  about: x\n  patch:\n    - { op: remove, path: /name/0/given }\n'), 'bad/b.yaml:5:7 bad-patch patch[0]: remove /name/0/given:'],
  ['an unknown operation', bad('- id: b\n  base: Patient/ann\n  about: x\n  patch: [{ op: delete, path: /name }]\n'), 'bad/b.yaml:4:17 unknown-value patch[0].op: "delete" is not allowed here.'],
  ['an unknown severity', bad('- id: b\n  base: Patient/ann\n  about: x\n  expect: [{ rule: a, severity: eror }]\n'), 'bad/b.yaml:4:33 unknown-value expect[0].severity: "eror" is not allowed here. Did you mean "error"?'],
  ['a bad example twice', bad('- { id: b, base: Patient/ann, about: x }\n- { id: b, base: Patient/ann, about: y }\n'), 'bad/b.yaml:2:3 duplicate-id The bad example b stands already in bad/b.yaml, line 1.'],
];

test.each(CASES)('%s', (_, files, expected) => {
  const all = said(files);
  expect({ all, found: all.some((line) => line.startsWith(expected)) }).toEqual({ all, found: true });
});

test('every kind of mistake is shown by a case', () => {
  const shown = new Set(CASES.map(([, , expected]) => expected.split(' ')[1]));
  expect(Object.keys(MISTAKES).filter((code) => !shown.has(code))).toEqual([]);
});

test('all mistakes of all files are reported at once, and what is right is still generated', () => {
  const files = { 's.yaml': `Patient:\n${ANN}  - id: bob\n    familly: Bob\n    gender: m\n`, 't.yaml': 'Patient:\n\t- x\n' };
  const set = generateFromFiles(folder(files));
  expect(set.findings.map(({ code }) => code).sort()).toEqual(['missing-key', 'unknown-key', 'unknown-value', 'yaml-syntax']);
  expect(set.resources.map(({ resource }) => resource.id)).toEqual(['ann']);
});

test('a mistake names the record that it is in', () => {
  const [finding] = generateFromFiles(folder({ 's.yaml': `Patient:\n${ANN}    gender: m\n` })).findings;
  expect(finding?.location).toEqual({ file: 's.yaml', line: 4, column: 13, resource: 'Patient/ann' });
});
