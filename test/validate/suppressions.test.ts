/** What is left out of the list, and that errors never are. */
import * as fc from 'fast-check';
import { SEVERITY_ORDER, type Finding } from '../../scripts/core/finding';
import { suppress, SUPPRESSIONS } from '../../scripts/validate/suppressions';

/** A message of the HL7 validator 6.10.4 for each row, as it was seen, and a near one that has to be shown. */
const SEEN: Record<string, { seen: Partial<Finding>; near?: Partial<Finding> }> = {
  narrative: { seen: { code: 'dom-6' }, near: { code: 'dom-3' } },
  'dicom-value-set': {
    seen: { code: 'Terminology_TX_ValueSet_NotFound', message: "ValueSet 'http://dicom.nema.org/medical/dicom/current/output/chtml/part16/sect_CID_29.html' not found" },
    near: { code: 'Terminology_TX_ValueSet_NotFound', message: "ValueSet 'https://my.example/ValueSet/modalities' not found" },
  },
  'radlex-value-set': {
    seen: { code: 'Terminology_TX_ValueSet_NotFound', message: "ValueSet 'http://www.rsna.org/RadLex_Playbook.aspx' not found" },
  },
  'uri-code-system': {
    seen: { code: 'UNKNOWN_CODESYSTEM', message: "A definition for CodeSystem 'urn:ietf:rfc:3986' could not be found, so the code cannot be validated" },
    near: { code: 'UNKNOWN_CODESYSTEM', message: "A definition for CodeSystem 'http://www.radlex.org' could not be found, so the code cannot be validated" },
  },
  'local-tag': {
    seen: { code: 'UNKNOWN_CODESYSTEM', location: { path: 'ImagingStudy.meta.tag[0].system' } },
    near: { code: 'UNKNOWN_CODESYSTEM', location: { path: 'ImagingStudy.modality[0].system' } },
  },
  'no-terminology-server': { seen: { code: 'Error_validating_code_running_without_terminology_services' } },
  'no-terminology-server-mime': {
    seen: { code: 'Terminology_TX_NoValid_15', message: "The value provided ('application/dicom') could not be validated in the absence of a terminology server" },
    near: { code: 'Terminology_TX_NoValid_15', message: 'otherwise' },
  },
  'no-terminology-server-language': {
    seen: { code: 'TERMINOLOGY_TX_WARNING', message: "Unable to validate code without using server because: Resolved system urn:ietf:bcp:47 (v0.1.0), but the definition doesn't include any codes, so the code has not been validated" },
    near: { code: 'TERMINOLOGY_TX_WARNING', message: "Unable to validate code without using server because: Resolved system http://hospital.example/codes (v1), but the definition doesn't include any codes, so the code has not been validated" },
  },
  'dicom-ontology-r5': {
    seen: { code: 'UNKNOWN_CODESYSTEM', message: "A definition for CodeSystem 'http://dicom.nema.org/resources/ontology/DCM' could not be found, so the code cannot be validated" },
    near: { code: 'UNKNOWN_CODESYSTEM', message: "A definition for CodeSystem 'http://hospital.example/modality' could not be found, so the code cannot be validated" },
  },
  'no-value-set': { seen: { code: 'Terminology_TX_Binding_NoSource' } },
  'identifier-system': {
    seen: { code: 'Type_Specific_Checks_DT_URL_Resolve', location: { path: 'Patient.identifier[0].system' } },
    near: { code: 'Type_Specific_Checks_DT_URL_Resolve', location: { path: 'Questionnaire.derivedFrom[0]' } },
  },
  'bundle-link': {
    seen: { code: 'Type_Specific_Checks_DT_URL_Resolve', location: { path: 'Bundle.link[0].url' } },
    near: { code: 'Type_Specific_Checks_DT_URL_Resolve', location: { path: 'Bundle.entry[0].fullUrl' } },
  },
  'open-slicing': {
    seen: { code: 'Details_for__matching_against_Profile_', message: 'This element does not match any known slice defined in the profile https://x.example|1 (this may not be a problem)' },
    near: { code: 'Details_for__matching_against_Profile_', message: 'Details for Patient/1 matching against profile https://x.example' },
  },
};
const finding = (part: Partial<Finding>): Finding => ({ severity: 'warning', code: '', message: '', source: 'hl7-validator', ...part });

test.each(SUPPRESSIONS.map((row) => [row.id, row] as const))('%s: the message it is meant for is counted and not shown, a near one is shown', (id, row) => {
  const { seen, near } = SEEN[id] ?? {};
  expect(suppress([finding(seen ?? {}), finding(seen ?? {})])).toEqual({ shown: [], suppressed: [{ id, count: 2, reason: row.reason }] });
  if (near !== undefined) expect(suppress([finding(near)])).toEqual({ shown: [finding(near)], suppressed: [] });
});

test('no row leaves out an error, whatever the message', () => {
  fc.assert(
    fc.property(fc.constantFrom(...SUPPRESSIONS), fc.constantFrom('error' as const, 'fatal' as const), ({ id }, severity) => {
      const error = finding({ ...SEEN[id]?.seen, severity });
      expect(suppress([error]).shown).toEqual([error]);
    }),
  );
});

test('nothing is lost: what is not shown is counted', () => {
  const any = fc.record({ severity: fc.constantFrom(...SEVERITY_ORDER), part: fc.constantFrom(...Object.values(SEEN).flatMap(({ seen, near }) => [seen, near ?? {}])) });
  fc.assert(
    fc.property(fc.array(any), (parts) => {
      const { shown, suppressed } = suppress(parts.map(({ severity, part }) => finding({ ...part, severity })));
      expect(shown.length + suppressed.reduce((sum, { count }) => sum + count, 0)).toBe(parts.length);
    }),
  );
});

test('every row says why in a sentence', () => {
  for (const { reason } of SUPPRESSIONS) expect(reason).toMatch(/^[A-Z].{30,}\.$/);
  expect(new Set(SUPPRESSIONS.map(({ id }) => id)).size).toBe(SUPPRESSIONS.length);
});
