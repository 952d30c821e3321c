/** A FHIRPath as validators write it in, the place in the resource's text that it speaks of out. */
import type { SourceText } from './given-resource';
import { findJson, type JsonNode, type JsonPath } from './json-tree';
import type { TextPlace } from './text-place';

/** The place of an element, or of the nearest one above it that is there (an element that is missing has none of its own). */
export function placeOfPath(source: SourceText, tree: JsonNode, path: string): TextPlace {
  const [, ...steps] = splitPath(path);
  let at: JsonPath = [];
  for (const { name, index, type } of steps) {
    const next = nameOf(tree, at, name, type);
    at = [...at, next, ...(index === undefined || !isArray(tree, [...at, next]) ? [] : [index])];
  }
  return source.place(findJson(tree, at).start);
}

interface Step {
  readonly name: string;
  readonly index?: number;
  /** Of a choice element: `Observation.value.ofType(Quantity)`. */
  readonly type?: string;
}

/** `ImagingStudy.series[0].uid` as steps; what is no element (functions, the comments the HL7 validator writes) is dropped. */
function splitPath(path: string): Step[] {
  const steps: Step[] = [];
  for (const part of path.replace(/\/\*.*?\*\//g, '').split(/[./](?![^(]*\))/)) {
    const type = /^ofType\((\w+)\)(?:\[(\d+)\])?$/.exec(part);
    const last = steps.at(-1);
    if (type?.[1] !== undefined && last !== undefined) steps[steps.length - 1] = { ...last, type: type[1] };
    else {
      const element = /^([A-Za-z_]\w*)(?::[^[\]]+)?(?:\[(\d+)\])?$/.exec(part);
      if (element?.[1] === undefined) break;
      steps.push({ name: element[1], ...(element[2] !== undefined && { index: Number(element[2]) }) });
    }
  }
  return steps;
}

/** The JSON property of an element; choice elements carry their type in its name: https://hl7.org/fhir/R4/formats.html#choice */
function nameOf(tree: JsonNode, at: JsonPath, name: string, type: string | undefined): string {
  const { node, complete } = findJson(tree, at);
  const candidates = [name, ...(type === undefined ? [] : [`${name}${type[0]?.toUpperCase()}${type.slice(1)}`]), `_${name}`];
  return (complete ? candidates.find((candidate) => node.members?.has(candidate)) : undefined) ?? name;
}

function isArray(tree: JsonNode, at: JsonPath): boolean {
  const { node, complete } = findJson(tree, at);
  return complete && node.items !== undefined;
}
