/** The one table of element moves between R4 and R5: an element that has another name, another type or another place in the other version, one row each. */

/** How a value changes its form on the way from R4 to R5; forms.ts says what each does both ways. */
export const FORMS = {
  rename: 'the same value under another name; only the first of several where the other version takes one',
  'coding-concept': 'a Coding becomes the coding of a CodeableConcept',
  'coding-codeable': 'a Coding becomes the concept of a CodeableReference, whose reference is an extension of the Coding',
  'concept-codeable': 'a CodeableConcept becomes the concept of a CodeableReference',
  'reference-codeable': 'a Reference becomes the reference of a CodeableReference',
  'text-concept-codeable': 'a string becomes the text of the concept of a CodeableReference',
  'text-note': 'a string becomes the text of an Annotation',
  'text-instruction': 'a string becomes the instructionMarkdown of an element of its own',
  'concept-language': 'a CodeableConcept becomes the language of an element of its own',
  code: 'a code becomes the code that means the same, or the nearest',
  'boolean-code': 'a boolean becomes a code',
  'code-boolean': 'a code becomes a boolean',
  contact: 'contact points become those of one contact of the resource',
  'organization-contact': 'contacts, contact points and addresses of an organization are all contacts',
  payload: 'types and MIME types of the payload become those of one payload element',
  'included-structure': 'a location and its qualifiers become those of one included structure',
  'encounter-reason': 'each reason becomes the value of a reason element',
  'period-choice': 'a Period becomes one of the types of a choice',
  reported: 'who asserts it becomes the reference of a choice',
  participant: 'a reference becomes the actor of a participant with a function',
  'environment-test': 'the status test becomes an active endpoint of a test environment',
} as const;
export type FormName = keyof typeof FORMS;

export interface Move {
  readonly type: string;
  /** Path below the type in R4, without `[x]`. */
  readonly r4: string;
  /** A second element of R4 that goes to the same place: mostly `r4` holds concepts and this holds references. */
  readonly r4Reference?: string;
  /** Path below the type in R5; both paths have the same parent. */
  readonly r5: string;
  readonly form: FormName;
  /** R4 code -> R5 code, for codes that differ. */
  readonly codes?: Readonly<Record<string, string>>;
  /** R5 codes that have no R4 code of the same meaning -> the nearest. */
  readonly nearest?: Readonly<Record<string, string>>;
}

const move = (type: string, r4: string, r5: string, form: FormName, more: Partial<Move> = {}): Move => ({ type, r4, r5, form, ...more });
/** `xxxCode` and `xxxReference` of R4 are one CodeableReference in R5. */
const merged = (type: string, r4: string, r4Reference: string, r5: string): Move => move(type, r4, r5, 'concept-codeable', { r4Reference });

/**
 * Elements that are not named here and have the same type in both versions stay as they are; all others travel in a cross-version
 * extension or are dropped, and a finding says which.
 * The definitions: https://hl7.org/fhir/R5/imagingstudy.html and the pages of the other types, against R4's.
 */
export const MOVES: readonly Move[] = [
  move('ImagingStudy', 'modality', 'modality', 'coding-concept'),
  move('ImagingStudy', 'procedureReference', 'partOf', 'rename'),
  move('ImagingStudy', 'procedureCode', 'procedure', 'concept-codeable'),
  merged('ImagingStudy', 'reasonCode', 'reasonReference', 'reason'),
  move('ImagingStudy', 'series.modality', 'series.modality', 'coding-concept'),
  move('ImagingStudy', 'series.bodySite', 'series.bodySite', 'coding-codeable'),
  move('ImagingStudy', 'series.laterality', 'series.laterality', 'coding-concept'),

  move('Endpoint', 'status', 'status', 'environment-test'),
  move('Endpoint', 'connectionType', 'connectionType', 'coding-concept'),
  move('Endpoint', 'payloadType', 'payload', 'payload', { r4Reference: 'payloadMimeType' }),

  move('BodyStructure', 'location', 'includedStructure', 'included-structure', { r4Reference: 'locationQualifier' }),

  move('ServiceRequest', 'code', 'code', 'concept-codeable'),
  merged('ServiceRequest', 'reasonCode', 'reasonReference', 'reason'),
  merged('ServiceRequest', 'locationCode', 'locationReference', 'location'),
  move('ServiceRequest', 'supportingInfo', 'supportingInfo', 'reference-codeable'),
  move('ServiceRequest', 'patientInstruction', 'patientInstruction', 'text-instruction'),

  merged('Procedure', 'reasonCode', 'reasonReference', 'reason'),
  merged('Procedure', 'usedCode', 'usedReference', 'used'),
  merged('Procedure', 'complication', 'complicationDetail', 'complication'),
  move('Procedure', 'asserter', 'reported', 'reported'),
  move('Procedure', 'performed', 'occurrence', 'rename'),

  move('DiagnosticReport', 'imagingStudy', 'study', 'rename'),

  merged('Task', 'reasonCode', 'reasonReference', 'reason'),
  move('Task', 'statusReason', 'statusReason', 'concept-codeable'),
  move('Task', 'performerType', 'requestedPerformer', 'concept-codeable'),

  move('Device', 'deviceName', 'name', 'rename'),
  move('Device', 'deviceName.name', 'name.value', 'rename'),
  move('Device', 'deviceName.type', 'name.type', 'code', {
    codes: { 'user-friendly-name': 'user-friendly-name', 'patient-reported-name': 'patient-reported-name', 'udi-label-name': 'registered-name', 'manufacturer-name': 'registered-name', 'model-name': 'user-friendly-name', other: 'user-friendly-name' },
  }),
  move('Device', 'definition', 'definition', 'reference-codeable'),

  move('Group', 'actual', 'membership', 'boolean-code', { codes: { true: 'enumerated', false: 'definitional' } }),

  move('Encounter', 'class', 'class', 'coding-concept'),
  move('Encounter', 'status', 'status', 'code', {
    codes: { planned: 'planned', 'in-progress': 'in-progress', onleave: 'on-hold', finished: 'completed', cancelled: 'cancelled', 'entered-in-error': 'entered-in-error', unknown: 'unknown', arrived: 'in-progress', triaged: 'in-progress' },
    nearest: { discharged: 'finished', discontinued: 'cancelled' },
  }),
  move('Encounter', 'serviceType', 'serviceType', 'concept-codeable'),
  move('Encounter', 'period', 'actualPeriod', 'rename'),
  move('Encounter', 'reasonCode', 'reason', 'encounter-reason', { r4Reference: 'reasonReference' }),
  move('Encounter', 'participant.individual', 'participant.actor', 'rename'),
  move('Encounter', 'diagnosis.condition', 'diagnosis.condition', 'reference-codeable'),
  move('Encounter', 'location.physicalType', 'location.form', 'rename'),
  move('Encounter', 'hospitalization', 'admission', 'rename'),

  merged('Appointment', 'reasonCode', 'reasonReference', 'reason'),
  move('Appointment', 'cancelationReason', 'cancellationReason', 'rename'),
  move('Appointment', 'serviceType', 'serviceType', 'concept-codeable'),
  move('Appointment', 'comment', 'note', 'text-note'),
  move('Appointment', 'patientInstruction', 'patientInstruction', 'text-concept-codeable'),
  move('Appointment', 'participant.required', 'participant.required', 'code-boolean', { codes: { required: 'true', optional: 'false', 'information-only': 'false' } }),

  move('CarePlan', 'author', 'custodian', 'rename'),
  move('CarePlan', 'addresses', 'addresses', 'reference-codeable'),
  merged('CarePlan', 'activity.outcomeCodeableConcept', 'activity.outcomeReference', 'activity.performedActivity'),
  move('CarePlan', 'activity.reference', 'activity.plannedActivityReference', 'rename'),

  merged('CareTeam', 'reasonCode', 'reasonReference', 'reason'),
  move('CareTeam', 'participant.period', 'participant.coverage', 'period-choice'),

  move('Condition', 'recorder', 'participant', 'participant', { codes: { function: 'enterer' } }),
  move('Condition', 'asserter', 'participant', 'participant', { codes: { function: 'informant' } }),

  move('Location', 'physicalType', 'form', 'rename'),
  move('Location', 'telecom', 'contact', 'contact'),
  ...['contact', 'telecom', 'address'].map((element) => move('Organization', element, 'contact', 'organization-contact')),
  move('PractitionerRole', 'telecom', 'contact', 'contact'),
  move('Practitioner', 'communication', 'communication', 'concept-language'),

  merged('RiskAssessment', 'reasonCode', 'reasonReference', 'reason'),

  move('Specimen', 'collection.bodySite', 'collection.bodySite', 'concept-codeable'),
  move('Specimen', 'processing.procedure', 'processing.method', 'rename'),
];
