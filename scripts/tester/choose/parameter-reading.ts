/** An element in, the search parameter that reads it out: names change from version to version (basedon, based-on), elements less. */
import { parseExpression } from '../../search/expression';
import type { SearchDefinitions, SearchType } from '../../search/types';

/** The code of the parameter of a type whose expression is the element, or a part of it (`series.bodySite.concept`); undefined where there is none. */
export function parameterReading(definitions: SearchDefinitions, type: string, parameterType: SearchType, element: string): string | undefined {
  const reads = (expression: string) =>
    parseExpression(expression)?.some(({ steps }) => {
      const path = steps.flatMap((step) => (step.kind === 'child' ? [step.name] : [])).join('.');
      return path === element || path.startsWith(`${element}.`);
    }) === true;
  return definitions.of(type).find((definition) => definition.type === parameterType && definition.expression !== undefined && reads(definition.expression))?.code;
}
