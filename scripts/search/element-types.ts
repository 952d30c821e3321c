/** What each element of a FHIR version is: a type path and a name in, the JSON properties and types behind it out. */
import { createRequire } from 'node:module';
import type { Model } from 'fhirpath';
import type { FhirVersionName } from '../core/fhir-version';

/**
 * The type tables that fhirpath.js ships, by version name. It has none for R4B, whose types differ from R4's in what stands far from
 * imaging (medication definitions, evidence, subscriptions), none for the ballot before DSTU2, and none for a draft.
 */
const MODELS: Record<FhirVersionName, string> = { R4: 'r4', R4B: 'r4', R5: 'r5', '6.0-draft': 'r5', '0.5': 'dstu2' };

/** Only the version asked for is loaded: each is seven files of up to half a megabyte. */
function modelOf(version: FhirVersionName): Model {
  return createRequire(__filename)(`fhirpath/fhir-context/${MODELS[version]}`) as Model;
}

/** One JSON property that an element name can stand for (a choice element has several). */
export interface ElementProperty {
  /** JSON name: `valueQuantity` for `value`. */
  property: string;
  /** FHIR type name. */
  type: string;
  /** Where the children of this type are looked up: the type itself, or the element's own path for a backbone element. */
  typePath: string;
  /** Path of the element's definition, e.g. `ImagingStudy.series.modality`. */
  path: string;
}

export interface ElementTypes {
  readonly model: Model;
  /** The properties that `name` stands for under `typePath`; empty for a name the version does not know. */
  properties(typePath: string, name: string): readonly ElementProperty[];
  /** Allowed target types of a Reference or canonical element; undefined where the definition does not limit them. */
  targets(path: string): readonly string[] | undefined;
  /** True where `type` is `ancestor` or derived from it. */
  is(type: string, ancestor: string): boolean;
}

const cache = new Map<string, ElementTypes>();

/** The element types of a FHIR version, read once. */
export function elementTypes(version: FhirVersionName): ElementTypes {
  let types = cache.get(version);
  if (types === undefined) cache.set(version, (types = build(modelOf(version))));
  return types;
}

function build(model: Model): ElementTypes {
  const known = new Map<string, readonly ElementProperty[]>();
  const is = (type: string, ancestor: string) => {
    for (let at: string | undefined = type; at !== undefined; at = model.type2Parent[at]) if (at === ancestor) return true;
    return false;
  };
  const lookUp = (typePath: string, name: string): readonly ElementProperty[] => {
    const path = `${typePath}.${name}`;
    const choices = model.choiceTypePaths[path];
    if (choices !== undefined) {
      return choices.map((suffix) => {
        const type = PRIMITIVE_CHOICES.get(suffix) ?? suffix;
        return { property: name + suffix, type, typePath: type, path };
      });
    }
    const type = model.path2Type[path];
    if (type !== undefined) {
      const own = type === 'BackboneElement' || type === 'Element';
      const plain = type === 'System.String' ? (name === 'id' ? 'id' : 'string') : type;
      return [{ property: name, type: plain, typePath: own ? (model.pathsDefinedElsewhere[path] ?? path) : plain, path }];
    }
    const elsewhere = model.pathsDefinedElsewhere[path];
    if (elsewhere !== undefined) return [{ property: name, type: 'BackboneElement', typePath: elsewhere, path: elsewhere }];
    const parent = model.type2Parent[typePath];
    return parent === undefined ? [] : lookUp(parent, name);
  };
  return {
    model,
    is,
    properties(typePath, name) {
      const key = `${typePath}.${name}`;
      let found = known.get(key);
      if (found === undefined) known.set(key, (found = lookUp(typePath, name)));
      return found;
    },
    targets(path) {
      const targets = model.path2RefType[path];
      return targets === undefined || targets.length === 0 || targets.includes('Resource') ? undefined : targets;
    },
  };
}

/** The suffix of a choice property spells a primitive type with a capital letter. */
const PRIMITIVE_CHOICES = new Map(
  [
    'base64Binary', 'boolean', 'canonical', 'code', 'date', 'dateTime', 'decimal', 'id', 'instant', 'integer', 'markdown', 'oid',
    'positiveInt', 'string', 'time', 'unsignedInt', 'uri', 'url', 'uuid',
  ].map((name) => [name.charAt(0).toUpperCase() + name.slice(1), name]),
);
