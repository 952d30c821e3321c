/** Definitions and examples that nobody says what they are for. */
import { localReference } from '../../core/fhir';
import { placeOf, type QaCheck, type QaFault } from '../qa-guide';

/** Definitions that have a title in FHIR R4; StructureMap, NamingSystem and others are named otherwise. */
const TITLED = new Set(['StructureDefinition', 'ValueSet', 'CodeSystem', 'CapabilityStatement', 'OperationDefinition', 'ImplementationGuide', 'Questionnaire', 'PlanDefinition', 'Measure', 'Library', 'ConceptMap']);

export const descriptions: QaCheck = {
  id: 'description',
  title: 'Descriptions',
  about: 'Every definition has a title and a description; examples say what they show.',
  run(guide) {
    const definitions = guide.definitions.flatMap((resource): QaFault[] => {
      const reference = localReference(resource) ?? resource.resourceType;
      const missing = [...(TITLED.has(resource.resourceType) && !said(resource['title']) ? ['title'] : []), ...(resource['url'] !== undefined && !said(resource['description']) ? ['description'] : [])];
      return missing.map((what) => ({ severity: 'warning', message: `${reference} has no ${what}.`, location: placeOf(guide, reference) }));
    });
    const silent = guide.examples.filter(({ description }) => !said(description));
    const names = silent.slice(0, 5).map(({ resource }) => localReference(resource) ?? resource.resourceType);
    const examples: QaFault[] = silent.length === 0 ? [] : [{ severity: 'information', message: `${silent.length} of ${guide.examples.length} examples have no description in the ImplementationGuide: ${names.join(', ')}${silent.length > names.length ? ' and others' : ''}.`, location: { file: guide.configFile } }];
    return [...definitions, ...examples];
  },
};

function said(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
