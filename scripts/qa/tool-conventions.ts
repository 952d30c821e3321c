/** Errors of the HL7 validator that every guide of FHIR R4 has, because its tools and FHIR itself agree to do otherwise; one row each with its reason. */
import type { Finding } from '../core/finding';

interface Convention {
  readonly id: string;
  /** Type of the resource. */
  readonly resourceType: string;
  readonly code: RegExp;
  readonly path: RegExp;
  readonly reason: string;
}

const CONVENTIONS: readonly Convention[] = [
  {
    id: 'guide-parameter',
    resourceType: 'ImplementationGuide',
    code: /^(Terminology_|UNABLE_TO_INFER_CODESYSTEM)/,
    path: /^ImplementationGuide\.definition\.parameter\[\d+\]\.code/,
    reason: 'R4 binds the code of a guide parameter to eight codes; SUSHI and the IG Publisher write those of the later code system (http://hl7.org/fhir/tools/CodeSystem/ig-parameters), and the IG Publisher checks none of them.',
  },
  {
    id: 'inherited-example',
    resourceType: 'StructureDefinition',
    code: /^TYPE_SPECIFIC_CHECKS_DT_URL_EXAMPLE$/i,
    path: /^StructureDefinition\.snapshot\.element\[\d+\]\.example/,
    reason: 'The examples of element definitions that FHIR itself gives stand in every snapshot, with their example addresses.',
  },
];

/** Parts findings into those that mean something and the counts of those that every guide has. */
export function withoutConventions(findings: readonly Finding[]): { shown: Finding[]; suppressed: { id: string; count: number; reason: string }[] } {
  const counts = new Map<Convention, number>();
  const shown = findings.filter(({ code, location, source }) => {
    const row = CONVENTIONS.find((one) => source === 'hl7-validator' && location?.resource?.startsWith(`${one.resourceType}/`) === true && one.code.test(code) && one.path.test(location.path ?? ''));
    if (row !== undefined) counts.set(row, (counts.get(row) ?? 0) + 1);
    return row === undefined;
  });
  return { shown, suppressed: [...counts].map(([{ id, reason }, count]) => ({ id, count, reason })) };
}
