/** The FHIR packages that SUSHI and the HL7 validator need, one table per FHIR version; a new version is a new row of tables. */
import type { FhirVersionName } from '../core/fhir-version';
import type { PackageId } from './package-id';

export interface RequiredPackage extends PackageId {
  /** Who reads it. */
  readonly purpose: string;
  /**
   * Dependencies that are to be stated otherwise than the package's own package.json does: another version, or null for none.
   * The HL7 validator loads every dependency: one that is not in the cache stops it, and a cycle makes it load until the heap is full.
   */
  readonly repin?: Readonly<Record<string, string | null>>;
  /** How to put the package together where no registry has it. */
  readonly assembly?: AssemblyRecipe;
}

/** A package made of the files of one whose names stand in another. */
export interface AssemblyRecipe {
  /** Holds the JSON resources (and more than wanted). */
  readonly content: PackageId;
  /** Holds the same resources as XML: its file names say which are wanted; its package.json is taken over under the new name. */
  readonly names: PackageId;
  /** Names without a JSON file; any other missing one is an error. */
  readonly absent: readonly string[];
}

const EXTENSIONS_R4 = { name: 'hl7.fhir.uv.extensions.r4', version: '5.3.0-ballot-tc1' } as const;
const EXTENSIONS_R5 = { name: 'hl7.fhir.uv.extensions.r5', version: '5.3.0-ballot-tc1' } as const;
const TERMINOLOGY_R5 = { name: 'hl7.terminology.r5', version: '7.0.1' } as const;
const CROSS_VERSION = { name: 'hl7.fhir.xver-extensions', version: '0.1.0', purpose: 'cross-version extensions: validator' } as const;
const TERMINOLOGY_R4 = { name: 'hl7.terminology.r4', version: '7.0.1' } as const;

export const REQUIRED_PACKAGES: Readonly<Record<FhirVersionName, readonly RequiredPackage[]>> = {
  R4: [
    {
      name: 'hl7.fhir.r4.core',
      version: '4.0.1',
      purpose: 'the definitions of FHIR R4 itself: SUSHI, validator',
      assembly: {
        content: { name: 'hl7.fhir.r4.examples', version: '4.0.1' },
        names: { name: 'hl7.fhir.r4.corexml', version: '4.0.1' },
        // FHIR's own internals (how json, rdf and xml name a type), published as XML only.
        absent: ['json', 'rdf', 'xml'].map((form) => `StructureDefinition-structuredefinition-${form}-type`),
      },
    },
    { ...TERMINOLOGY_R4, purpose: 'HL7 terminology: SUSHI, validator', repin: { [EXTENSIONS_R4.name]: EXTENSIONS_R4.version } },
    { ...EXTENSIONS_R4, purpose: 'HL7 standard extensions: SUSHI, validator', repin: { [TERMINOLOGY_R4.name]: null } },
    CROSS_VERSION,
  ],
  // The R4 packages of terminology and extensions serve R4B as well: HL7 publishes none for it.
  R4B: [
    { name: 'hl7.fhir.r4b.core', version: '4.3.0', purpose: 'the definitions of FHIR R4B itself: validator' },
    { ...TERMINOLOGY_R4, purpose: 'HL7 terminology: validator', repin: { [EXTENSIONS_R4.name]: EXTENSIONS_R4.version } },
    { ...EXTENSIONS_R4, purpose: 'HL7 standard extensions: validator', repin: { [TERMINOLOGY_R4.name]: null } },
    CROSS_VERSION,
  ],
  R5: [
    { name: 'hl7.fhir.r5.core', version: '5.0.0', purpose: 'the definitions of FHIR R5 itself: SUSHI, validator' },
    { ...TERMINOLOGY_R5, purpose: 'HL7 terminology: SUSHI, validator', repin: { [EXTENSIONS_R5.name]: EXTENSIONS_R5.version } },
    { ...EXTENSIONS_R5, purpose: 'HL7 standard extensions: SUSHI, validator', repin: { [TERMINOLOGY_R5.name]: null } },
    CROSS_VERSION,
  ],
  // No registry has packages of these: the program judges them by tables of its own.
  '6.0-draft': [],
  '0.5': [],
};
