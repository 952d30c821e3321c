/** A folder in, a FSH project of the size of IHE's imaging guides in it: 8 profiles with slices, bindings and invariants, 21 instances. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What each profile constrains, with rules that make it about as large as IHE's. */
const PROFILED: readonly { readonly type: string; readonly rules: readonly string[]; readonly instance: readonly string[] }[] = [
  { type: 'ImagingStudy', rules: ['* subject 1..1 MS', '* endpoint 1..* MS', '* modality 1..* MS', '* series MS', '* series.uid MS', '* series.modality MS'], instance: ['* status = #available', '* subject.display = "someone"', '* endpoint.display = "an archive"', '* modality = http://dicom.nema.org/resources/ontology/DCM#CT'] },
  { type: 'DiagnosticReport', rules: ['* subject 1..1 MS', '* imagingStudy MS', '* conclusion MS', '* resultsInterpreter MS'], instance: ['* status = #final', '* code.text = "CT"', '* subject.display = "someone"'] },
  { type: 'Endpoint', rules: ['* payloadType 1..1 MS', '* address MS', '* managingOrganization MS'], instance: ['* status = #active', '* connectionType = http://terminology.hl7.org/CodeSystem/endpoint-connection-type#dicom-wado-rs', '* payloadType.text = "Study"', '* address = "https://pacs.example.org/rs"'] },
  { type: 'Patient', rules: ['* identifier 1..* MS', '* name 1..* MS', '* gender MS', '* birthDate MS'], instance: ['* identifier.system = "urn:mrn"', '* identifier.value = "1"', '* name.family = "Doe"'] },
  { type: 'ServiceRequest', rules: ['* subject MS', '* code 1..1 MS', '* requester MS'], instance: ['* status = #active', '* intent = #order', '* code.text = "CT"', '* subject.display = "someone"'] },
  { type: 'Observation', rules: ['* subject 1..1 MS', '* value[x] MS', '* derivedFrom MS'], instance: ['* status = #final', '* code.text = "size"', '* subject.display = "someone"', '* valueString = "large"'] },
  { type: 'Practitioner', rules: ['* identifier MS', '* name 1..* MS'], instance: ['* name.family = "Reader"'] },
  { type: 'Organization', rules: ['* identifier MS', '* name 1..1 MS', '* endpoint MS'], instance: ['* name = "Hospital"'] },
];
const INSTANCES = 21;

const CONFIG = `id: ihe.size
canonical: https://example.org/ihe-size
name: IheSize
title: A Guide of IHE's Size
status: draft
version: 1.0.0
fhirVersion: 4.0.1
copyrightYear: 2026+
releaseLabel: ci-build
dependencies:
  hl7.terminology.r4: 7.0.1
  hl7.fhir.uv.extensions.r4: 5.3.0-ballot-tc1
`;

export function writeIheSize(root: string): void {
  const write = (path: string, text: string) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write('sushi-config.yaml', CONFIG);
  for (let page = 1; page <= 8; page++) write(`input/pagecontent/volume-${page}.md`, `### Volume ${page}\n\n${'A paragraph about actors, transactions and their options. '.repeat(40)}\n`);
  PROFILED.forEach(({ type, rules }, index) => {
    const number = index + 1;
    const slices = type === 'Patient' || type === 'Organization' || type === 'Practitioner' ? ['* identifier ^slicing.discriminator.type = #value', '* identifier ^slicing.discriminator.path = "system"', '* identifier ^slicing.rules = #open', '* identifier contains local 0..1 MS', '* identifier[local].system = "urn:local"'] : [];
    const invariant = `Invariant: size-${number}\nDescription: "Somebody or something is named."\nSeverity: #error\nExpression: "id.exists() or text.exists()"\n`;
    write(`input/fsh/profile-${number}.fsh`, [`Profile: Profile${number}`, `Parent: ${type}`, `Id: profile-${number}`, `Title: "Profile of ${type}"`, `Description: "A service of the ${type}."`, `* obeys size-${number}`, ...rules, ...slices, '', invariant].join('\n'));
  });
  for (let number = 1; number <= INSTANCES; number++) {
    const at = number % PROFILED.length;
    write(`input/fsh/example-${number}.fsh`, [`Instance: example-${number}`, `InstanceOf: Profile${at + 1}`, 'Usage: #example', ...(PROFILED[at]?.instance ?? []), ''].join('\n'));
  }
}
