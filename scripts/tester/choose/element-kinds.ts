/** A search parameter's definition in, the FHIR types of the elements that it reads out, without looking at any data. */
import { fhirVersion, type FhirVersionName } from '../../core/fhir-version';
import { elementTypes } from '../../search/element-types';
import { parseExpression, type Branch } from '../../search/expression';
import type { SearchDefinitions, SearchParameterDefinition } from '../../search/types';

/** The type names, e.g. `Coding`, `Identifier`, `code`; empty where the expression is beyond our reading. */
export function elementKinds(type: string, definition: SearchParameterDefinition, definitions: SearchDefinitions): ReadonlySet<string> {
  const types = elementTypes(fhirVersion(definitions.fhirVersion).name as FhirVersionName);
  const kinds = new Set<string>();
  const walk = (branch: Branch) => {
    let at: readonly { type: string; typePath: string }[] = [{ type, typePath: branch.root === '' || branch.root === '%resource' ? type : branch.root }];
    for (const step of branch.steps) {
      if (step.kind === 'child') at = at.flatMap(({ typePath }) => types.properties(typePath, step.name));
      else if (step.kind === 'type') at = at.filter((place) => place.type.toLowerCase() === step.type.toLowerCase());
    }
    for (const place of at) kinds.add(place.type);
  };
  for (const branch of parseExpression(definition.expression ?? '') ?? []) walk(branch);
  return kinds;
}
