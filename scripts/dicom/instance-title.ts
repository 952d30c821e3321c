/** The data set of an instance in, what a person would call it out. */
import { items, text, type DataSet } from './data-set';

/**
 * Document Title (0042,0010) of encapsulated documents, the concept name of the root of reports and key objects, the label of
 * presentation states and segmentations; images have none.
 */
export function instanceTitle(dataSet: DataSet): string | undefined {
  return text(dataSet, 'DocumentTitle') ?? rootConcept(dataSet) ?? text(dataSet, 'ContentLabel');
}

/** Structured documents have a content tree, whose root is named (PS3.3 C.17.3). */
function rootConcept(dataSet: DataSet): string | undefined {
  const [name] = items(dataSet, 'ConceptNameCodeSequence');
  return name === undefined ? undefined : text(name, 'CodeMeaning');
}
