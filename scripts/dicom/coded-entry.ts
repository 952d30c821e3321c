/** An item of a DICOM code sequence in, FHIR codings and identifiers out: PS3.3 section 8 and PS3.16 chapter 8. */
import { DCM } from '../core/dicom-modality';
import { isDicomUid } from '../core/dicom-uid';
import type { CodeableConcept, Coding, Identifier } from '../core/fhir';
import { text, type DataSet } from './data-set';

export const SNOMED = 'http://snomed.info/sct';

/** Coding scheme designators (PS3.16 table 8-1) and the systems that FHIR writes for them. */
const SYSTEMS: Readonly<Record<string, string>> = {
  DCM,
  SCT: SNOMED,
  SRT: 'http://snomed.info/srt',
  SNM3: 'http://snomed.info/srt',
  '99SDM': 'http://snomed.info/srt',
  LN: 'http://loinc.org',
  RADLEX: 'http://radlex.org',
  UCUM: 'http://unitsofmeasure.org',
  I10: 'http://hl7.org/fhir/sid/icd-10',
  I10P: 'http://www.cms.gov/Medicare/Coding/ICD10',
  I9C: 'http://hl7.org/fhir/sid/icd-9-cm',
  C4: 'http://www.ama-assn.org/go/cpt',
  CPT4: 'http://www.ama-assn.org/go/cpt',
  RXNORM: 'http://www.nlm.nih.gov/research/umls/rxnorm',
};

/**
 * The coded entry; a local scheme without a UID has no system, and versions are left out, for DICOM writes them in other ways than FHIR.
 * Undefined where the item says nothing.
 */
export function coding(item: DataSet): Coding | undefined {
  // FHIR's codes have no two spaces in a row.
  const code = (text(item, 'CodeValue') ?? text(item, 'LongCodeValue') ?? text(item, 'URNCodeValue'))?.replace(/\s+/g, ' ');
  const display = text(item, 'CodeMeaning');
  if (code === undefined && display === undefined) return undefined;
  const system = systemOf(item);
  return {
    ...(code !== undefined && system !== undefined && { system }),
    ...(code !== undefined && { code }),
    ...(display !== undefined && { display }),
  };
}

/** The same as a concept. */
export function concept(item: DataSet): CodeableConcept | undefined {
  const coded = coding(item);
  if (coded === undefined) return undefined;
  return { coding: [coded], ...(coded.display !== undefined && { text: coded.display }) };
}

function systemOf(item: DataSet): string | undefined {
  const uid = text(item, 'CodingSchemeUID');
  return SYSTEMS[text(item, 'CodingSchemeDesignator') ?? ''] ?? (uid === undefined || !isDicomUid(uid) ? undefined : `urn:oid:${uid}`);
}

/** A person's identification code as an identifier: the scheme is the namespace. */
export function codedIdentifier(item: DataSet): Identifier | undefined {
  const { system, code } = coding(item) ?? {};
  return code === undefined ? undefined : { ...(system !== undefined && { system }), value: code };
}

/**
 * The namespace that an issuer item names (PS3.3 10.14), a HL7 v2 hierarchic designator: as a URI where it is universal, as a
 * name otherwise.
 */
export function issuer(item: DataSet | undefined): { system?: string; name?: string } {
  if (item === undefined) return {};
  const id = text(item, 'UniversalEntityID');
  const name = text(item, 'LocalNamespaceEntityID');
  const system = id === undefined ? undefined : universal(id, text(item, 'UniversalEntityIDType'));
  return { ...(system !== undefined && { system }), ...(name !== undefined && { name }) };
}

/** Types of PS3.3 table 10-17 whose ids can be written as URIs. */
function universal(id: string, type: string | undefined): string | undefined {
  switch (type) {
    case 'ISO':
      return isDicomUid(id) ? `urn:oid:${id}` : undefined;
    case 'UUID':
      return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id) ? `urn:uuid:${id.toLowerCase()}` : undefined;
    case 'URI':
      return /^[a-z][a-z0-9+.-]*:\S+$/i.test(id) ? id : undefined;
    default:
      return undefined;
  }
}
