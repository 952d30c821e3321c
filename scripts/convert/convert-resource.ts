/** A resource of R4 or R5 in, the same resource in the other version out, with a remark for all that is not the same there. */
import { withArticle } from '../core/grammar';
import { elementModel, elementsOf, type ModelElement } from '../core/element-model';
import { isBundle, type Resource } from '../core/fhir';
import { isObject } from '../core/json';
import { capital, elementAt, elementOfProperty, lastOf, parentOf, remark, valuesOf, type ConvertContext, type Json } from './context';
import { restore, toExtensions } from './cross-version';
import { moveElement } from './forms';
import { MOVES, type Move } from './moves';
import { put, type Moving } from './moving';
import { movedProfiles } from './profiles';
import { SUPPLIED } from './supplied';

/** Elements that every type inherits, or that hold what is not of this version. */
const INHERITED = new Set(['resourceType', 'id', 'meta', 'implicitRules', 'language', 'text', 'extension', 'modifierExtension']);

/** Converts one resource; Bundles entry by entry. Types beyond the model's stay as they are, and a remark says so. */
export function convertResource(resource: Resource, context: Omit<ConvertContext, 'resource'>): Resource {
  if (isBundle(resource)) {
    return { ...resource, entry: (resource.entry ?? []).map((entry) => (entry.resource === undefined ? entry : { ...entry, resource: convertResource(entry.resource, context) })) };
  }
  const own: ConvertContext = { ...context, resource };
  if (elementModel(own.from).types[resource.resourceType] === undefined) {
    remark(own, 'not-converted', '', `The differences of ${resource.resourceType} between the versions are not known here; it stays as it is.`);
    return resource;
  }
  const converted = convertObject(own, resource, '', '') as Resource;
  if (resource.meta?.profile !== undefined) converted.meta = movedProfiles(own, resource.meta);
  const contained = valuesOf(resource.contained).filter(isObject);
  if (contained.length > 0) converted.contained = contained.map((inner) => convertResource(inner as unknown as Resource, context));
  supply(own, converted);
  return inOrder(own, converted);
}

/** The row for an element of the source version. */
function moveOf(context: ConvertContext, path: string): Move | undefined {
  const isUp = context.to === '5.0';
  return MOVES.find((row) => row.type === context.resource.resourceType && (isUp ? row.r4 === path || row.r4Reference === path : row.r5 === path));
}

function convertObject(context: ConvertContext, source: Json, sourcePath: string, targetPath: string): Json {
  const target: Json = {};
  const taken = new Set<string>();
  for (const [property, value] of Object.entries(source)) {
    if (taken.has(property)) continue;
    const companion = property.startsWith('_');
    const name = companion ? property.slice(1) : property;
    if (name === 'contained' && sourcePath === '') continue;
    const found = INHERITED.has(name) ? undefined : elementOfProperty(context.from, context.resource.resourceType, sourcePath, name);
    if (found === undefined) {
      // What no table knows (comments of parsers, misspelt elements) is not ours to judge. Some extensions may have been added already.
      target[property] = name === 'extension' ? [...valuesOf(value), ...valuesOf(target.extension)] : value;
      continue;
    }
    const move = moveOf(context, found.path);
    const path = move === undefined ? below(targetPath, lastOf(found.path)) : context.to === '5.0' ? move.r5 : move.r4;
    const element = elementAt(context.to, context.resource.resourceType, path);
    if (companion) keepCompanion(context, { property, value, found, move, element, path, target });
    else if (move !== undefined && move.form !== 'rename') {
      for (const also of moveElement({ context, move, source, target, sourcePath: found.path, targetPath: path, targetElement: element, values: valuesOf(value) })) taken.add(also);
    } else if (element === undefined || !compatible(found.element, element, found.suffix)) fallBack(context, found, value, target);
    else if (isBackbone(found.element)) {
      put(movingOf(context, source, target, found.path, path, element), lastOf(path), valuesOf(value).filter(isObject).map((item) => convertObject(context, item, found.path, path)), element.max !== '1');
    } else {
      checkTargets(context, found.path, element, value);
      put(movingOf(context, source, target, found.path, path, element), `${lastOf(path)}${found.suffix}`, valuesOf(value), element.max !== '1');
    }
  }
  restore(context, targetPath, target);
  return target;
}

function movingOf(context: ConvertContext, source: Json, target: Json, sourcePath: string, targetPath: string, targetElement: ModelElement): Moving {
  return { context, move: { type: context.resource.resourceType, r4: sourcePath, r5: targetPath, form: 'rename' }, source, target, sourcePath, targetPath, targetElement, values: [] };
}

function below(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

const isBackbone = (element: ModelElement) => element.types.includes('BackboneElement') || element.types.includes('Element');

/** Same JSON either way: the same type, or two of the types that are written as the same kind of string. */
const ALIKE: readonly ReadonlySet<string>[] = [new Set(['string', 'markdown'])];
function compatible(source: ModelElement, target: ModelElement, suffix: string): boolean {
  if (suffix !== '') return target.types.some((type) => capital(type) === suffix);
  return source.types.some((type) => target.types.includes(type) || ALIKE.some((kind) => kind.has(type) && target.types.some((other) => kind.has(other))));
}

/** No place in the other version: an extension where it can carry the value, else the value is lost. */
function fallBack(context: ConvertContext, { path, suffix, element }: { path: string; suffix: string; element: ModelElement }, value: unknown, target: Json): void {
  const typeName = suffix === '' ? (element.types[0] ?? 'string') : (element.types.find((type) => capital(type) === suffix) ?? 'string');
  const extensions = toExtensions(context, path, typeName, valuesOf(value));
  if (extensions === undefined) return remark(context, 'lost', path, `${lastOf(path)} (${typeName}) has no place in the other version, and no extension can hold it.`);
  target.extension = [...valuesOf(target.extension), ...extensions];
  remark(context, 'extension', path, `${lastOf(path)} has no place in the other version; it travels in an extension.`);
}

/** Ids and extensions of a primitive go where the primitive goes, if it stays a primitive. */
function keepCompanion(
  context: ConvertContext,
  { property, value, found, move, element, path, target }: { property: string; value: unknown; found: { path: string; suffix: string; element: ModelElement }; move: Move | undefined; element: ModelElement | undefined; path: string; target: Json },
): void {
  const stays = element !== undefined && (move === undefined ? compatible(found.element, element, found.suffix) : ['rename', 'code', 'environment-test', 'boolean-code'].includes(move.form));
  if (stays) target[`_${lastOf(path)}${found.suffix}`] = value;
  else remark(context, 'lost', found.path, `The extensions of ${property.slice(1)} have no place in the other version.`);
}

/** A literal reference says the type of its target. */
function checkTargets(context: ConvertContext, path: string, element: ModelElement, value: unknown): void {
  if (element.targets === undefined || !element.types.includes('Reference')) return;
  for (const one of valuesOf(value).filter(isObject)) {
    const type = /(?:^|\/)([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/.+)?$/.exec(typeof one.reference === 'string' ? one.reference : '')?.[1];
    if (type !== undefined && !element.targets.includes(type)) remark(context, 'target-type', path, `It points at ${withArticle(type)}; allowed there: ${element.targets.join(', ')}.`);
  }
}

/** What the other version demands and the resource did not have to state. */
function supply(context: ConvertContext, target: Resource): void {
  for (const { type, version, element, value, why } of SUPPLIED) {
    if (type !== target.resourceType || version !== context.to || target[element] !== undefined || target[`_${element}`] !== undefined) continue;
    target[element] = structuredClone(value);
    remark(context, 'supplied', element, why);
  }
  for (const [path, { min }] of Object.entries(elementsOf(context.to, target.resourceType))) {
    if (min < 1 || parentOf(path) !== '' || path.endsWith('[x]')) continue;
    if (target[path] === undefined && target[`_${path}`] === undefined) remark(context, 'not-converted', path, `${path} is mandatory in the other version, and there is nothing to make it of.`);
  }
}

/** The properties in the order of the definition: XML needs it, and people expect it. */
function inOrder(context: ConvertContext, resource: Resource): Resource {
  const order = ['resourceType', 'id', 'meta', 'implicitRules', 'language', 'text', 'contained', 'extension', 'modifierExtension', ...Object.keys(elementsOf(context.to, resource.resourceType)).map((path) => path.replace('[x]', ''))];
  const place = (property: string) => {
    const name = property.replace(/^_/, '');
    const exact = order.indexOf(name);
    return exact >= 0 ? exact : order.findIndex((stem) => stem !== '' && !stem.includes('.') && name.startsWith(stem) && /^[A-Z]/.test(name.slice(stem.length)));
  };
  return Object.fromEntries(Object.entries(resource).filter(([, value]) => value !== undefined).sort(([a], [b]) => place(a) - place(b))) as Resource;
}
