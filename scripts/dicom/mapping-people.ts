/** Names and identification items of persons in, references to Patient and Practitioner resources out. */
import type { Identifier, Reference } from '../core/fhir';
import { codedIdentifier, coding, issuer } from './coded-entry';
import { items, text, texts, type DataSet } from './data-set';
import { fhirDate } from './date-time';
import { idOf, refer, warn, type MappingContext } from './mapping-context';
import { displayName, humanNames } from './person-name';
import { tagLabel, type TagName } from './tags';

/** PS3.3 C.7.1.1; anything else is not in FHIR's list. */
const GENDERS: Readonly<Record<string, string>> = { M: 'male', F: 'female', O: 'other' };

/**
 * The study's patient. Two studies have one patient where id and issuer agree; without an issuer, name and birth date have to agree too,
 * for ids are unique within one issuer only; without an id nothing joins them.
 */
export function patient(values: DataSet, context: MappingContext): Reference {
  const { options, study } = context;
  const id = text(values, 'PatientID');
  const qualifiers = issuer(items(values, 'IssuerOfPatientIDQualifiersSequence')[0]);
  const system = qualifiers.system ?? options.patientSystem;
  const issuerName = text(values, 'IssuerOfPatientID') ?? qualifiers.name;
  const name = text(values, 'PatientName');
  const birthDate = birthDateOf(values, context);
  const gender = genderOf(values, context);
  const key = id === undefined ? [study.uid] : system === undefined && issuerName === undefined ? [id, name?.toUpperCase(), birthDate] : [id, system ?? issuerName];
  const identifier: Identifier = { ...(system !== undefined && { system }), ...(id !== undefined && { value: id }), ...(issuerName !== undefined && { assigner: { display: issuerName } }) };
  const names = name === undefined ? [] : humanNames(name);
  return refer(context, {
    resourceType: 'Patient',
    id: idOf('patient', ...key),
    ...(options.security !== undefined && { meta: { security: [...options.security] } }),
    ...(id !== undefined && { identifier: [identifier] }),
    ...(names.length > 0 && { name: names }),
    ...(gender !== undefined && { gender }),
    ...(birthDate !== undefined && { birthDate }),
  });
}

function birthDateOf(values: DataSet, context: MappingContext): string | undefined {
  const date = text(values, 'PatientBirthDate');
  const birthDate = date === undefined ? undefined : fhirDate(date);
  if (date !== undefined && birthDate === undefined) warn(context, 'bad-date', `${tagLabel('PatientBirthDate')} "${date}" is no date; it is left out.`);
  return birthDate;
}

function genderOf(values: DataSet, context: MappingContext): string | undefined {
  const sex = text(values, 'PatientSex');
  const gender = sex === undefined ? undefined : GENDERS[sex.toUpperCase()];
  if (sex !== undefined && gender === undefined) warn(context, 'unknown-sex', `${tagLabel('PatientSex')} "${sex}" is none of M, F and O; it is left out.`);
  return gender;
}

/** Persons of a name attribute and its identification sequence: the first item belongs to the first name (PS3.3 10.1). */
export function practitioners(values: DataSet, nameTag: TagName, identificationTag: TagName, context: MappingContext): Reference[] {
  const names = texts(values, nameTag);
  const identifications = items(values, identificationTag);
  return Array.from({ length: Math.max(names.length, identifications.length) }, (_, i) => practitioner(names[i], identifications[i], context)).filter((reference) => reference !== undefined);
}

function practitioner(personName: string | undefined, identification: DataSet | undefined, context: MappingContext): Reference | undefined {
  const codes = identification === undefined ? [] : items(identification, 'PersonIdentificationCodeSequence');
  const identifier = codes.flatMap((item) => codedIdentifier(item) ?? []);
  const called = codes.map((item) => coding(item)?.display).find((display) => display !== undefined);
  const names = personName === undefined ? [] : humanNames(personName);
  const name = names.length > 0 ? names : called === undefined ? [] : [{ text: called }];
  if (name.length === 0 && identifier.length === 0) return undefined;
  const [first] = identifier;
  const display = (personName === undefined ? undefined : displayName(personName)) ?? called;
  const key = first === undefined ? ['name', personName ?? called] : ['code', first.system, first.value];
  return refer(context, { resourceType: 'Practitioner', id: idOf('practitioner', ...key), ...(identifier.length > 0 && { identifier }), ...(name.length > 0 && { name }) }, display);
}
